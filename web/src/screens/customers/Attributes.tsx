// The profile: until batch + since = now, for every attribute, by group, with a search among hundreds.
import { useMemo, useState } from 'react';
import { Empty } from '../../ui/Empty';
import { Sought } from '../../ui/Field';
import { Table } from '../../ui/Table';
import type { AttributeShown, CustomerProfile } from './api';
import { cell, type Value, written } from './figures';
import { useSpeech } from './speech';

interface Props {
  profile: CustomerProfile;
  chosen: string | null;
  behind: (attribute: string) => void;
}

export function Attributes({ profile, chosen, behind }: Props) {
  const { words: w, label, number } = useSpeech();
  const [wanted, setWanted] = useState('');
  const groups = useMemo(() => grouped(profile.attributes, wanted, label), [profile.attributes, wanted, label]);
  const shown = groups.reduce((sum, [, attributes]) => sum + attributes.length, 0);
  const parts = profile.attributes.some((one) => one.has_parts);
  const alone = profile.attributes.some((one) => one.has_parts && !one.adds && one.since !== null);
  const numbers = [...(parts ? [w.untilBatch, w.since] : []), profile.now ? w.nowColumn : w.valueThen];
  const heads = [w.attribute, ...numbers.map((text) => ({ text, number: true }))];
  return (
    <section className="attributes" aria-label={w.profile}>
      <div className="attributes-bar">
        <Sought says={w.find} value={wanted} put={setWanted} />
        <span className="quiet" role="status">
          {w.shown(number(shown), number(profile.attributes.length))}
        </span>
        {parts && <span className="attributes-brains quiet">{w.brains}</span>}
      </div>
      {shown === 0 && <Empty>{w.noAttribute}</Empty>}
      {groups.length > 0 && (
        <Table heads={heads} className="table attributes-table">
          {groups.map(([group, attributes]) => (
            <tbody key={group}>
              <tr className="attributes-group">
                <th scope="rowgroup" colSpan={parts ? 4 : 2}>
                  {group === '' ? w.other : group}
                </th>
              </tr>
              {attributes.map((one) => (
                <Row key={one.name} one={one} parts={parts} chosen={chosen === one.name} behind={behind} />
              ))}
            </tbody>
          ))}
        </Table>
      )}
      {alone && <p className="quiet attributes-note">* {w.laterAlone}</p>}
    </section>
  );
}

interface RowProps {
  one: AttributeShown;
  parts: boolean;
  chosen: boolean;
  behind: (attribute: string) => void;
}

function Row({ one, parts, chosen, behind }: RowProps) {
  const speech = useSpeech();
  const { words: w, label, described } = speech;
  const said = (value: Value) => written(value, one.measure, speech);
  return (
    <tr className={chosen ? 'chosen' : undefined} data-attribute={one.name}>
      <th scope="row" title={described(one) ?? undefined}>
        {label(one)}
        {label(one) !== one.name && <span className="quiet attributes-name">{one.name}</span>}
      </th>
      {parts && (
        <>
          <td className={`${cell(said(one.until_batch))} thinking`} data-part="until">
            {one.has_parts && said(one.until_batch)}
          </td>
          <td className={cell(said(one.since))} data-part="since">
            {one.has_parts && one.adds && (
              <span className={one.since === 0 ? 'quiet' : 'feeling'}>{signed(one.since, said)}</span>
            )}
            {one.has_parts && !one.adds && one.since !== null && (
              <>
                {said(one.since)}
                <sup className="quiet">*</sup>
              </>
            )}
          </td>
        </>
      )}
      <td className={cell(said(one.value))} data-part="now">
        <button
          type="button"
          className="value"
          dir="auto"
          aria-expanded={chosen}
          aria-label={`${said(one.value)} – ${w.behindOpen(label(one))}`}
          onClick={() => behind(one.name)}
        >
          {said(one.value)}
        </button>
        {one.error !== null && <span className="wrong">{one.error}</span>}
      </td>
    </tr>
  );
}

function signed(since: Value, said: (value: Value) => string): string {
  return typeof since === 'number' && since < 0 ? said(since) : `+\u00A0${said(since)}`;
}

type Labelled = (one: { name: string; label: Record<string, string> }) => string;

function grouped(all: AttributeShown[], wanted: string, label: Labelled): [string, AttributeShown[]][] {
  const plain = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const fits = (one: AttributeShown) => plain(`${label(one)} ${one.name} ${one.group ?? ''}`).includes(plain(wanted));
  const groups = new Map<string, AttributeShown[]>();
  for (const one of all.filter(fits)) groups.set(one.group ?? '', [...(groups.get(one.group ?? '') ?? []), one]);
  return [...groups].sort(([a], [b]) => Number(a === '') - Number(b === ''));
}
