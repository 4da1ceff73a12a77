// The ids of a person, and the links that join them: each can be taken back, and given again.
import { useState } from 'react';
import { Empty } from '../../ui/Empty';
import { Trouble } from '../../ui/Trouble';
import { type IdLink, useLinks, useStatement } from './api';
import { kind } from './Behind';
import { useSpeech } from './speech';

export function Ids({ customer, mayWrite }: { customer: string; mayWrite: boolean }) {
  const speech = useSpeech();
  const { words: w } = speech;
  const { data, error, refetch } = useLinks(customer);
  const [said, setSaid] = useState('');
  if (error !== null) return <Trouble error={error} again={refetch} />;
  if (data === undefined) return null;
  return (
    <section aria-label={w.ids} className="ids">
      <p className="quiet">{w.idsHint}</p>
      <div className="table-box">
        <table className="table">
          <tbody>
            {data.ids.map((one) => (
              <tr key={`${one.kind} ${one.id}`}>
                <th scope="row" dir="auto">
                  {one.id}
                </th>
                <td>
                  {one.kind === 'user' ? w.user : w.visitor}
                  {one.names_customer && <span className="badge">{w.names}</span>}
                </td>
                <td className="number">{speech.plural(one.messages, w.messages)}</td>
                <td className="quiet">
                  {one.first !== null && one.last !== null && `${speech.time(one.first)} – ${speech.time(one.last)}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <h2>{w.links}</h2>
      <p role="status" className={said === '' ? 'hidden' : 'notice'}>
        {said}
      </p>
      {data.links.length === 0 && <Empty>{w.noLinks}</Empty>}
      <ul className="links">
        {data.links.map((link) => (
          <LinkRow
            key={`${link.user} ${link.other_kind} ${link.other}`}
            link={link}
            mayWrite={mayWrite}
            told={(joined, wanted) => setSaid(joined === wanted ? (joined ? w.joined : w.parted) : w.stillJoined)}
          />
        ))}
      </ul>
    </section>
  );
}

interface RowProps {
  link: IdLink;
  mayWrite: boolean;
  told: (joined: boolean, wanted: boolean) => void;
}

function LinkRow({ link, mayWrite, told }: RowProps) {
  const speech = useSpeech();
  const { words: w } = speech;
  const statement = useStatement();
  const wanted = link.off === 'parted';
  const state = () =>
    statement.mutate(
      { join: wanted, pair: { user: link.user, other: link.other, other_kind: link.other_kind } },
      { onSuccess: (found) => told(found.joined, wanted) },
    );
  return (
    <li className={link.joined ? 'linked' : 'linked linked-off'} data-joined={link.joined}>
      <span>
        <bdi>{link.user}</bdi> {link.joined ? '⟷' : '⇹'} <bdi>{link.other}</bdi>
      </span>
      <span className="quiet">
        {w.joinedBy} {kind(link.said_by, w)} {w.from} <bdi>{link.source}</bdi>, {speech.time(link.time)}
      </span>
      {link.off !== null && <span className="badge">{w[`off_${link.off}`]}</span>}
      {mayWrite && (link.joined || wanted) && (
        <button
          type="button"
          disabled={statement.isPending}
          aria-label={wanted ? w.joinThese(link.user, link.other) : w.partThese(link.user, link.other)}
          onClick={state}
        >
          {wanted ? w.join : w.part}
        </button>
      )}
      <Trouble error={statement.error} again={state} />
    </li>
  );
}
