// What happened, newest first, day by day; kinds of messages are filters.
import { useState } from 'react';
import { Empty } from '../../ui/Empty';
import { Trouble } from '../../ui/Trouble';
import { type Clocks, type CustomerTimeline, type Happened, useTimeline } from './api';
import { kind, What, why } from './Behind';
import { useSpeech } from './speech';

interface Props {
  customer: string;
  when: Clocks;
  chosen: string[];
  choose: (kinds: string[]) => void;
}

export function Timeline({ customer, when, chosen, choose }: Props) {
  const { words: w } = useSpeech();
  const pages = useTimeline({ customer, when, chosen });
  const first = pages.data?.pages[0];
  const happened = pages.data?.pages.flatMap((page) => page.happened) ?? [];
  return (
    <section aria-label={w.timeline}>
      <Trouble error={pages.error} again={pages.refetch} />
      {first !== undefined && <Filters told={first} chosen={chosen} choose={choose} />}
      {first !== undefined && happened.length === 0 && <Empty>{w.nothingHappened}</Empty>}
      <Days happened={happened} />
      {pages.hasNextPage && (
        <button type="button" disabled={pages.isFetchingNextPage} onClick={() => pages.fetchNextPage()}>
          {w.showMore}
        </button>
      )}
    </section>
  );
}

interface FiltersProps {
  told: CustomerTimeline;
  chosen: string[];
  choose: (kinds: string[]) => void;
}

/** A filter is a type of message, or `track:` and the name of an event. */
function Filters({ told, chosen, choose }: FiltersProps) {
  const { words: w, number } = useSpeech();
  const kinds = told.kinds.map((each) => ({
    value: each.event === null ? each.kind : `track:${each.event}`,
    text: each.event ?? kind(each.kind, w),
    count: each.count,
  }));
  if (kinds.length < 2) return null;
  const toggle = (value: string) =>
    choose(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]);
  return (
    <fieldset className="chips">
      <legend>{w.filter}</legend>
      {kinds.map((each) => (
        <label key={each.value} className="chip">
          <input type="checkbox" checked={chosen.includes(each.value)} onChange={() => toggle(each.value)} />
          <bdi>{each.text}</bdi> <span className="quiet">{number(each.count)}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Days({ happened }: { happened: Happened[] }) {
  const speech = useSpeech();
  const days = new Map<string, Happened[]>();
  for (const one of happened) {
    const day = speech.day(Date.parse(one.message.time));
    days.set(day, [...(days.get(day) ?? []), one]);
  }
  return (
    <ol className="days">
      {[...days].map(([day, ones]) => (
        <li key={day}>
          <h2>{day}</h2>
          <ol className="day">
            {ones.map((one) => (
              <Entry key={one.message.place} one={one} />
            ))}
          </ol>
        </li>
      ))}
    </ol>
  );
}

function Entry({ one }: { one: Happened }) {
  const speech = useSpeech();
  const { words: w } = speech;
  const [open, setOpen] = useState(false);
  const message = one.message;
  return (
    <li
      className={`entry ${one.fate === 'counts' ? '' : 'entry-out'}`}
      data-message={message.message_id}
      data-fate={one.fate}
    >
      <button type="button" className="entry-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        <time dateTime={message.time}>{speech.clock(Date.parse(message.time))}</time>
        <span className="entry-what">
          <What message={message} line={null} />
        </span>
        {message.event !== null && message.kind !== 'track' && <span className="quiet">{kind(message.kind, w)}</span>}
        {one.fate !== 'counts' && <span className="badge">{why(one.fate, w)}</span>}
        {one.since_batch && one.fate === 'counts' && <span className="badge fresh">{w.sinceBatch}</span>}
        <span className="quiet entry-from">
          {w.from} <bdi>{message.source}</bdi>
        </span>
      </button>
      {open && (
        <div className="entry-body">
          <p className="quiet">
            {message.message_id} · {w.received} {speech.time(message.received)}
            {one.by !== null && ` · ${w.because} ${one.by}`}
          </p>
          {message.payload === null ? (
            <p>{w.hidden}</p>
          ) : (
            <pre dir="auto">{JSON.stringify(message.payload, null, 2)}</pre>
          )}
        </div>
      )}
    </li>
  );
}
