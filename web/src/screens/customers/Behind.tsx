// The events behind a number: what counts with what it adds or is, and what does not and why.
import { useEffect, useRef, useState } from 'react';
import { Table } from '../../ui/Table';
import { Trouble } from '../../ui/Trouble';
import { type BehindShown, type Clocks, type LeftOutShown, type MessageShown, type PartShown, useBehind } from './api';
import { cell, type Measure, measureOf, written } from './figures';
import { useSpeech } from './speech';
import type { Words } from './words';

interface Props {
  customer: string;
  attribute: string;
  title: string;
  measure: Measure;
  when: Clocks;
  label: (attribute: string) => string;
  behind: (attribute: string | null) => void;
}

export function Behind({ customer, attribute, title, measure, when, label, behind }: Props) {
  const { words: w, number } = useSpeech();
  const [of, setOf] = useState<'counted' | 'left_out'>('counted');
  const pages = useBehind({ customer, attribute, of, when });
  const first = pages.data?.pages[0];
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another number was clicked
  useEffect(() => heading.current?.focus(), [attribute]);
  return (
    <aside className="behind" aria-label={w.behindOpen(title)} data-behind={attribute}>
      <header className="behind-head">
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <button type="button" className="close" onClick={() => behind(null)}>
          {w.close}
        </button>
      </header>
      <Trouble error={pages.error} again={pages.refetch} />
      {first !== undefined && (
        <>
          <Summary told={first} measure={measure} label={label} behind={behind} />
          {first.meaning !== 'names' && (
            <>
              <fieldset className="choice">
                <legend className="hidden">{title}</legend>
                {(['counted', 'left_out'] as const).map((each) => (
                  <label key={each}>
                    <input type="radio" name="of" checked={of === each} onChange={() => setOf(each)} />
                    {each === 'counted' ? w.counted : w.leftOut} (
                    {number(each === 'counted' ? first.counted : first.left_out)})
                  </label>
                ))}
              </fieldset>
              {of === 'counted' ? (
                <Counted pages={pages.data?.pages ?? []} measure={measure} />
              ) : (
                <LeftOut others={pages.data?.pages.flatMap((page) => page.others) ?? []} reasons={first.reasons} />
              )}
              {pages.hasNextPage && (
                <button type="button" disabled={pages.isFetchingNextPage} onClick={() => pages.fetchNextPage()}>
                  {w.showMore}
                </button>
              )}
            </>
          )}
        </>
      )}
    </aside>
  );
}

interface SummaryProps {
  told: BehindShown;
  measure: Measure;
  label: (attribute: string) => string;
  behind: (attribute: string) => void;
}

function Summary({ told, measure, label, behind }: SummaryProps) {
  const speech = useSpeech();
  const { words: w } = speech;
  return (
    <>
      {told.meaning !== 'names' && (
        <p className="behind-value" data-value={String(told.value)}>
          <strong dir="auto">{written(told.value, measure, speech)}</strong>
          <span className="quiet">
            {w.asOf} {speech.time(told.at)}
          </span>
        </p>
      )}
      {told.error !== null && <p className="wrong">{w.told[told.error] ?? told.error}</p>}
      <p>{told.counted === 0 && told.meaning !== 'names' ? w.noEvents : w[`means_${told.meaning}`]}</p>
      {told.meaning === 'adds' && told.counted > 0 && (
        <p className="behind-sum" data-sum={String(told.sum)}>
          {speech.plural(told.counted, (n, one) => w.addUp(n, one, written(told.sum, measure, speech)))}
        </p>
      )}
      {told.names.length > 0 && (
        <ul className="behind-names">
          {told.names.map((name) => (
            <li key={name}>
              <button type="button" className="link" onClick={() => behind(name)}>
                {label(name)}
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Counted({ pages, measure }: { pages: BehindShown[]; measure: Measure }) {
  const speech = useSpeech();
  const { words: w } = speech;
  const parts = pages.flatMap((page) => page.parts);
  const meaning = pages[0]?.meaning;
  const keyed = parts.some((part) => part.key !== null);
  const of = (part: PartShown) =>
    part.value === null ? 'nothing' : measure === 'money' || measure === 'time' ? measure : measureOf(part.value);
  const said = (part: PartShown) =>
    meaning === 'adds' ? `+\u00A0${written(part.adds, measure, speech)}` : written(part.value, of(part), speech);
  if (parts.length === 0) return null;
  return (
    <Table
      heads={[w.when, w.what, ...(keyed ? [w.key] : []), { text: meaning === 'adds' ? w.adds : w.is, number: true }]}
    >
      <tbody>
        {parts.map((part) => (
          <tr
            key={`${part.message.place} ${part.line}`}
            className={part.decides ? 'decides' : undefined}
            data-message={part.message.message_id}
          >
            <td className="when">{speech.time(part.time)}</td>
            <td>
              <What message={part.message} line={part.line} />
              {part.since_batch && <span className="badge fresh">{w.sinceBatch}</span>}
              {part.other_system && <span className="badge">{w.otherSystem}</span>}
              {part.decides && meaning !== 'says' && <span className="badge">{w.isIt}</span>}
            </td>
            {keyed && <td dir="auto">{written(part.key, measureOf(part.key), speech)}</td>}
            <td className={cell(said(part))} data-adds={part.adds === null ? undefined : String(part.adds)} dir="auto">
              {said(part)}
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function LeftOut({ others, reasons }: { others: LeftOutShown[]; reasons: Record<string, number> }) {
  const speech = useSpeech();
  const { words: w } = speech;
  return (
    <>
      <ul className="reasons">
        {Object.entries(reasons).map(([reason, count]) => (
          <li key={reason}>
            {speech.number(count)} × {why(reason, w)}
          </li>
        ))}
      </ul>
      {others.length > 0 && (
        <Table heads={[w.when, w.what, w.why]}>
          <tbody>
            {others.map((one) => (
              <tr key={`${one.message.place} ${one.line} ${one.reason}`} data-reason={one.reason}>
                <td className="when">{speech.time(one.time)}</td>
                <td>
                  <What message={one.message} line={one.line} />
                </td>
                <td>
                  {why(one.reason, w)}
                  {one.detail !== null && <span className="quiet"> ({w.told[one.detail] ?? one.detail})</span>}
                  {one.by !== null && (
                    <span className="quiet by">
                      {w.because} <What message={one.by} line={null} /> {speech.time(one.by.time)}
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </>
  );
}

export function What({ message, line }: { message: MessageShown; line: number | null }) {
  const { words: w, number } = useSpeech();
  return (
    <>
      <bdi title={message.message_id}>{message.event ?? kind(message.kind, w)}</bdi>
      {line !== null && <span className="quiet"> {w.line(number(line + 1))}</span>}
    </>
  );
}

export function why(reason: string, w: Words): string {
  const found = w[`why_${reason}` as keyof Words];
  return typeof found === 'string' ? found : reason;
}

export function kind(name: string, w: Words): string {
  const found = w[`kind_${name}` as keyof Words];
  return typeof found === 'string' ? found : name;
}
