// How the import speaks, and how it changes its address.
import { useCallback } from 'react';
import { useAddress } from '../../app/address';
import { speaking, useManner } from '../../app/speech';
import { words } from './words';

/** What is said of one and of others; `{n}` stands for the number. */
export interface Counted {
  one: string;
  other: string;
}

const useWords = speaking(words);
const MEGABYTE = 1024 ** 2;

export function useSpeech() {
  const speech = useWords();
  const { zone, currency } = useManner();
  const count = (value: number, forms: Counted) =>
    speech.plural(value, (written, one) => (one ? forms.one : forms.other).replace('{n}', written));
  // With the name of the month: in Portuguese a short date is all numbers, and the question is which one is the month.
  const said = (at: string, style: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(speech.locale, { day: 'numeric', month: 'long', year: 'numeric', ...style }).format(
      Date.parse(at),
    );
  const day = (date: string) => said(date, { timeZone: 'UTC' });
  const moment = (at: string) => said(at, { hour: '2-digit', minute: '2-digit', timeZone: zone });
  const bytes = (size: number) => {
    const large = size >= MEGABYTE;
    const unit = {
      style: 'unit',
      unit: large ? 'megabyte' : 'kilobyte',
      maximumFractionDigits: large ? 1 : 0,
    } as const;
    return new Intl.NumberFormat(speech.locale, unit).format(size / (large ? MEGABYTE : 1024));
  };
  const share = ({ received, size }: { received: number; size: number }) =>
    new Intl.NumberFormat(speech.locale, { style: 'percent' }).format(size === 0 ? 0 : received / size);
  return { ...speech, zone, currency, count, day, moment, bytes, share };
}

/** Which file or which import the screen shows. */
export interface Where {
  file?: string;
  job?: string;
}

export function useWhere(): [Where, (to: Where) => void] {
  const [search, change] = useAddress();
  const go = useCallback((to: Where) => change(() => ({ ...to })), [change]);
  return [{ file: text(search.file), job: text(search.job) }, go];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
