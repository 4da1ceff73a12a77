// What the tour asks the server, and what it sends it like any shop would.
import {
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { customerProfile, eventsBehind, offeredTour, searchCustomers } from '../../api';
import type { AttributeShown, CustomerProfile, Good, Tour } from '../../api/types.gen';
import { Problem } from '../../app/client';
import { useFeed } from '../../app/feed';
import { useRenewed } from '../../app/renewed';

export type { AttributeShown, CustomerProfile, Good, Tour };

export const SOURCE = 'tour';
const SHOWN = 20;
const OFFERED = ['tour', 'offered'];
const ABOUT = ['tour', 'customer'];

const offered = queryOptions({
  queryKey: OFFERED,
  queryFn: async ({ signal }) => (await offeredTour({ signal, throwOnError: true })).data,
  // Who was quiet stays on the list after his purchase, until the page is opened anew.
  staleTime: Number.POSITIVE_INFINITY,
});

export const useTour = () => useQuery(offered);

/** A customer's profile, read anew whenever the feed tells of a change. */
export function useCustomer(customer: string | undefined) {
  useFeed(customer === undefined ? null : `profile/${customer}`, useRenewed(ABOUT));
  return useQuery({
    queryKey: [...ABOUT, customer, 'profile'],
    queryFn: async ({ signal }) =>
      (await customerProfile({ query: { customer: customer ?? '' }, signal, throwOnError: true })).data,
    enabled: customer !== undefined,
  });
}

export function useOrdersBehind(customer: string, attribute: string) {
  return useQuery({
    queryKey: [...ABOUT, customer, 'behind', attribute],
    queryFn: async ({ signal }) =>
      (await eventsBehind({ query: { customer, attribute, limit: SHOWN }, signal, throwOnError: true })).data,
  });
}

/** A few customers whose id begins like this. */
export function useFound(q: string) {
  return useQuery({
    queryKey: ['tour', 'search', q],
    queryFn: async ({ signal }) =>
      (await searchCustomers({ query: { q, limit: 8 }, signal, throwOnError: true })).data.customers,
    enabled: q !== '',
    placeholderData: keepPreviousData,
  });
}

export interface Purchase {
  customer: string;
  good: Good | undefined;
  amount: number;
  currency: string;
}

/** Buys: what was bought is known at once, so that it can be taken back. */
export function useBuy() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ customer, good, amount, currency }: Purchase) => {
      const order = `tour-${crypto.randomUUID()}`;
      const line = { ...(good === undefined ? {} : { sku: good.sku, name: good.name }), price: amount, quantity: 1 };
      const properties = { order_id: order, total: amount, currency, products: [line] };
      await tracked(queries, { event: 'Order Completed', userId: customer, properties });
      return { customer_id: customer, order_id: order, total: amount };
    },
    onSuccess: (bought) =>
      queries.setQueryData<Tour>(OFFERED, (tour) => tour && { ...tour, bought: [...tour.bought, bought] }),
  });
}

/** Takes back what was bought: a message for each order. */
export function useTakeBack() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ bought, event }: { bought: Tour['bought']; event: string }) => {
      for (const { customer_id: userId, order_id } of bought) {
        await tracked(queries, { event, userId, properties: { order_id } });
        queries.setQueryData<Tour>(
          OFFERED,
          (tour) => tour && { ...tour, bought: tour.bought.filter((one) => one.order_id !== order_id) },
        );
      }
    },
  });
}

/** Sends a message; where the key is no longer good, because the server was started again, with its new one. */
async function tracked(queries: QueryClient, message: Record<string, unknown>): Promise<void> {
  const { write_key: key } = await queries.ensureQueryData(offered);
  try {
    await track(key, message);
  } catch (error) {
    if (!(error instanceof Problem && error.status === 401)) throw error;
    await track((await queries.fetchQuery({ ...offered, staleTime: 0 })).write_key, message);
  }
}

async function track(key: string, message: Record<string, unknown>): Promise<void> {
  const answer = await fetch('/v1/track', {
    method: 'POST',
    credentials: 'omit',
    headers: { 'Content-Type': 'application/json', Authorization: `Basic ${btoa(`${key}:`)}` },
    body: JSON.stringify({ type: 'track', messageId: `tour-${crypto.randomUUID()}`, ...message }),
  });
  if (answer.ok) return;
  const told = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string };
  throw new Problem(answer.status, told.code ?? '', told.detail ?? answer.statusText);
}
