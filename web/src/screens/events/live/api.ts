// What the stream asks the server.
import { useMutation, useQuery } from '@tanstack/react-query';
import { listAttributes, storedMessage, storedMessages, testEvent } from '../../../api/sdk.gen';
import type { MessagePage } from '../../../api/types.gen';
import '../../../app/client';
import type { Filters } from './place';

export type {
  AttributeFit,
  AttributeTraced,
  EventJudged,
  Fit,
  LineRead,
  MessageDetail,
  MessagePage,
  MessageRow,
  OtherTraced,
} from '../../../api/types.gen';

const throwOnError = true as const;
const PAGE = 100;

/** A page of stored messages, newest first. */
export async function askPage(filters: Filters, before: string | null, signal: AbortSignal): Promise<MessagePage> {
  const { source, kind, event, customer, text } = filters;
  const query = {
    source: source === '' ? undefined : [source],
    kind: kind === '' ? undefined : [kind],
    event: event === '' ? undefined : [event],
    customer: customer || undefined,
    text: text || undefined,
    before,
    limit: PAGE,
  };
  return (await storedMessages({ query, signal, throwOnError })).data;
}

/** What a message is kept under. */
export const aboutMessage = (message: string, copy: string | null) => ['message', message, copy] as const;

export function useMessage(message: string, copy: string | null) {
  return useQuery({
    queryKey: aboutMessage(message, copy),
    queryFn: async ({ signal }) =>
      (await storedMessage({ query: { message_id: message, place: copy }, signal, throwOnError })).data,
    staleTime: 0,
  });
}

/** The names that attributes have already. */
export function useTaken() {
  return useQuery({
    queryKey: ['attributes', 'names'],
    queryFn: async () => (await listAttributes({ throwOnError })).data.attributes.map((one) => one.name),
  });
}

export function useTry() {
  return useMutation({
    mutationFn: async (body: { text: string; store: boolean }) => (await testEvent({ body, throwOnError })).data,
  });
}
