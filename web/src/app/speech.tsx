// How this page speaks: its language, and numbers, money and times as people of that language write them.
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { chosenLanguage, keepLanguage, type Language, LOCALES } from './languages';

interface Manner {
  language: Language;
  choose: (language: Language) => void;
  zone: string;
  currency: string;
}

interface Described {
  description?: string | Record<string, string> | null;
}

export interface Speech<Words> {
  words: Words;
  language: Language;
  locale: string;
  /** A thing's name in the reader's language, else in English, else as the definitions call it. */
  label: (of: { name: string; label: Record<string, string> }) => string;
  /** What a thing says of itself: one text for everybody, or the reader's, else the English one, else any. */
  described: (of: Described) => string | null;
  number: (value: number, digits?: number) => string;
  percent: (share: number) => string;
  money: (value: number) => string;
  /** A day and a time of day, in the workspace's zone; times are ISO 8601 texts or milliseconds. */
  time: (at: string | number) => string;
  moment: (at: string | number) => string;
  day: (at: string | number) => string;
  clock: (at: string | number) => string;
  /** A day of the calendar, such as 2026-11-22, which is the same in every zone. */
  date: (day: string) => string;
  /** A month of the calendar, such as 2026-11. */
  month: (month: string) => string;
  /** A sentence about a number, which is told in one way of one and in another of others. */
  plural: (value: number, say: (written: string, one: boolean) => string) => string;
}

const Context = createContext<Manner | null>(null);

interface ProviderProps {
  zone: string;
  currency: string;
  children: ReactNode;
}

export function SpeechProvider({ zone, currency, children }: ProviderProps) {
  const [language, setLanguage] = useState(chosenLanguage);
  useEffect(() => {
    document.documentElement.lang = LOCALES[language];
  }, [language]);
  const queries = useQueryClient();
  const choose = useCallback(
    (chosen: Language) => {
      keepLanguage(chosen);
      setLanguage(chosen);
      // What the server said of mistakes it says anew.
      void queries.invalidateQueries();
    },
    [queries],
  );
  const manner = useMemo(() => ({ language, choose, zone, currency }), [language, choose, zone, currency]);
  return <Context.Provider value={manner}>{children}</Context.Provider>;
}

export function useManner(): Manner {
  const manner = useContext(Context);
  if (manner === null) throw new Error('speech is only to be had within SpeechProvider');
  return manner;
}

/** Makes a screen's own `useSpeech` out of what it says in each language; both have the same keys. */
export function speaking<Words>(words: Record<Language, Words>): () => Speech<Words> {
  return () => useWords(words);
}

function useWords<Words>(words: Record<Language, Words>): Speech<Words> {
  const { language, zone, currency } = useManner();
  return useMemo(() => speechIn(words[language], language, zone, currency), [words, language, zone, currency]);
}

export function speechIn<Words>(words: Words, language: Language, zone: string, currency: string): Speech<Words> {
  const locale = LOCALES[language];
  const money = new Intl.NumberFormat(locale, { style: 'currency', currency });
  const plurals = new Intl.PluralRules(locale);
  const dates = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', dateStyle: 'medium' });
  const months = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', month: 'short', year: 'numeric' });
  const timed = (style: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone: zone, ...style });
    return (at: string | number) => {
      const time = typeof at === 'number' ? at : Date.parse(at);
      return Number.isNaN(time) ? String(at) : format.format(time);
    };
  };
  const time = timed({ dateStyle: 'medium', timeStyle: 'short' });
  const number = (value: number, digits = 2) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  return {
    words,
    language,
    locale,
    label: ({ name, label }) => label[language] ?? label.en ?? name,
    described: ({ description }) =>
      typeof description === 'string'
        ? description
        : (description?.[language] ?? description?.en ?? Object.values(description ?? {})[0] ?? null),
    number,
    percent: (share) => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(share),
    money: (value) => money.format(value),
    time,
    moment: time,
    day: timed({ dateStyle: 'medium' }),
    clock: timed({ timeStyle: 'medium' }),
    date: (day) => dates.format(Date.parse(day)),
    month: (month) => months.format(Date.parse(`${month}-01`)),
    plural: (value, say) => say(number(value), plurals.select(value) === 'one'),
  };
}
