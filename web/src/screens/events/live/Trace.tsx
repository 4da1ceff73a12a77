// Where a message went and what it changed, step by step.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Table } from '../../../ui/Table';
import { type Measure, measureOf, type Value, written } from '../../customers/figures';
import type { AttributeTraced, LineRead, MessageDetail, OtherTraced } from './api';
import { Reading } from './Reading';
import { type Speech, useSpeech } from './speech';

const CUSTOMERS: string = '/customers';
const ATTRIBUTES: string = '/attributes';

export function Trace({ detail, open }: { detail: MessageDetail; open: (message: string) => void }) {
  const speech = useSpeech();
  const { words: w, number, time } = speech;
  const { message, timing, fit, fed, by } = detail;
  return (
    <ol className="stream-trace">
      <Step title={w.steps.came}>
        <p>
          {time(message.received)} {w.cameFrom(message.source, w.trusts[message.trust] ?? message.trust)}
          {detail.copies.length > 1 && ` · ${w.copies(number(detail.copies.length))}`}
        </p>
      </Step>
      <Step title={w.steps.time} warn={timing.way === 'future'}>
        <p>
          <strong>{time(message.time)}</strong> – {w.ways[timing.way]}
        </p>
        {timing.way === 'corrected' && timing.skew !== null && (
          <p className="quiet">{w.skew(number(timing.skew, 1))}</p>
        )}
      </Step>
      {fit !== null && (
        <Step title={w.steps.read} warn={fit.attributes.some((one) => !one.fits) || fit.plan.length > 0}>
          <Reading fit={fit} />
        </Step>
      )}
      <Step title={w.steps.fate} warn={detail.fate !== 'counts'}>
        <p data-fate={detail.fate}>
          {w.fates[detail.fate]} {detail.fate === 'counts' && (detail.since_batch ? w.sinceBatch : w.covered)}
        </p>
        {by !== null && by !== message.message_id && (
          <p>
            <button type="button" className="link" onClick={() => open(by)}>
              {w.because}
            </button>{' '}
            <bdi className="quiet stream-id">{by}</bdi>
          </p>
        )}
      </Step>
      {detail.fate !== 'erased' && (
        <Step title={w.steps.updates}>
          <Updates detail={detail} />
        </Step>
      )}
      {detail.others.length > 0 && (
        <Step title={w.steps.others}>
          {detail.others.map((other, place) => (
            <Other key={other.customer_id ?? place} other={other} />
          ))}
        </Step>
      )}
      {detail.fate !== 'erased' && (
        <Step title={w.steps.fed}>
          <p className={fed === null ? 'quiet' : undefined}>
            {fed === null ? w.notFed : w.fed(number(fed.sequence), time(fed.at))}
          </p>
        </Step>
      )}
    </ol>
  );
}

function Step({ title, warn = false, children }: { title: string; warn?: boolean; children: ReactNode }) {
  return (
    <li className={warn ? 'stream-step stream-step-warn' : 'stream-step'}>
      <h3>{title}</h3>
      {children}
    </li>
  );
}

function Updates({ detail: { attributes } }: { detail: MessageDetail }) {
  const { words: w, plural } = useSpeech();
  const changed = attributes.filter((one) => one.changed);
  const others = attributes.filter((one) => !one.changed);
  return (
    <>
      {changed.length === 0 && <p>{w.nothingChanged}</p>}
      {changed.length > 0 && <Changed attributes={changed} />}
      {others.length > 0 && (
        <details className="stream-others">
          <summary>{plural(others.length, w.unchanged)}</summary>
          <ul>
            {others.map((one) => (
              <li key={one.attribute} data-unchanged={one.attribute}>
                <Name one={one} /> – <How one={one} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** Another customer whom the message touches. */
function Other({ other }: { other: OtherTraced }) {
  const { words: w } = useSpeech();
  return (
    <section className="stream-other" data-other={other.way}>
      <p>
        {other.customer_id !== null && (
          <>
            <Link to={CUSTOMERS} search={{ id: other.customer_id } as never}>
              <bdi>{other.customer_id}</bdi>
            </Link>
            {' – '}
          </>
        )}
        {w.others[other.way]}
      </p>
      {other.attributes.length > 0 && <Changed attributes={other.attributes} how={false} />}
    </section>
  );
}

/** `how`: it is told by what the message gets into each. */
function Changed({ attributes, how = true }: { attributes: AttributeTraced[]; how?: boolean }) {
  const speech = useSpeech();
  const { words: w } = speech;
  return (
    <Table
      heads={[w.attribute, ...[w.without, w.now, w.difference].map((text) => ({ text, number: true }))]}
      className="table stream-updates"
    >
      <tbody>
        {attributes.map((one) => (
          <tr key={one.attribute} data-attribute={one.attribute}>
            <th scope="row">
              <Name one={one} />
              {how && (
                <small className="quiet">
                  <How one={one} />
                </small>
              )}
            </th>
            <td className="number quiet" dir="auto" data-value={String(one.without)}>
              {told(one.without, one.measure, speech)}
            </td>
            <td className="number" dir="auto" data-value={String(one.value)}>
              {told(one.value, one.measure, speech)}
            </td>
            <td className="number">{signed(one, speech)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function Name({ one }: { one: AttributeTraced }) {
  const { label } = useSpeech();
  return (
    <Link to={ATTRIBUTES} search={{ attribute: one.attribute } as never}>
      <bdi>{label({ name: one.attribute, label: one.label })}</bdi>
    </Link>
  );
}

/** How a message gets into an attribute. */
function How({ one }: { one: AttributeTraced }) {
  const speech = useSpeech();
  const { words: w, number } = speech;
  if (one.through === 'formula') return w.through.formula(one.names.join(', '));
  if (one.through === 'person') return w.through.person;
  const counting = one.read.filter((line) => line.reason == null);
  const [line] = counting;
  if (line === undefined) return one.read[0] === undefined ? w.nothing : why(one.read[0], speech);
  if (counting.length > 1) return w.lines(number(counting.length));
  if (one.kind === 'aggregate' && line.value === null && line.key === null) return w.reads.counts;
  if (line.adds !== null) return w.reads.adds(told(line.adds, one.measure, speech));
  const read = line.value ?? line.key;
  return w.reads.is(told(read, typeof read === 'string' && one.measure === 'time' ? 'time' : measureOf(read), speech));
}

function why(line: LineRead, { words: w }: Speech): string {
  const reason = line.reason ?? 'value';
  const said = w.reasons[reason] ?? w.fates[reason as keyof typeof w.fates] ?? reason;
  return line.detail === null ? said : `${said}: ${line.detail}`;
}

function told(value: Value, measure: Measure, speech: Speech): string {
  return written(value, measure, speech);
}

function signed(one: AttributeTraced, speech: Speech): string {
  if (typeof one.adds !== 'number') return '';
  const text = told(one.adds, one.measure === 'nothing' ? 'number' : one.measure, speech);
  return one.adds > 0 ? `+${text}` : text;
}
