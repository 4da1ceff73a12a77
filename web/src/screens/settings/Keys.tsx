// Write keys and access tokens: made, shown once, revoked.
import { useState } from 'react';
import { Sure } from '../../ui/Dialog';
import { Empty } from '../../ui/Empty';
import { Check } from '../../ui/Field';
import { Table } from '../../ui/Table';
import { Trouble } from '../../ui/Trouble';
import { type KnownKey, useKeys, useRevoke } from './api';
import { NewKey } from './NewKey';
import { Secret } from './Secret';
import { useSpeech } from './speech';

export function Keys() {
  const { words: w } = useSpeech();
  const { data, error, refetch } = useKeys();
  const [made, setMade] = useState<{ name: string; token: string }>();
  const [adding, setAdding] = useState(false);
  const [all, setAll] = useState(false);
  const shown = data?.filter((key) => all || key.revoked_at === null);
  return (
    <>
      <p className="lead">{w.keys.intro}</p>
      {made !== undefined && (
        <Secret title={w.keys.secret(made.name)} secret={made.token} close={() => setMade(undefined)} />
      )}
      {adding ? (
        <NewKey
          made={(key) => {
            setMade(key);
            setAdding(false);
          }}
          close={() => setAdding(false)}
        />
      ) : (
        <button type="button" className="primary" onClick={() => setAdding(true)}>
          {w.keys.add}
        </button>
      )}
      <Trouble error={error} again={refetch} />
      {shown?.length === 0 && <Empty title={w.keys.empty}>{w.keys.emptyHint}</Empty>}
      {shown !== undefined && shown.length > 0 && <KeyTable keys={shown} />}
      {data?.some((key) => key.revoked_at !== null) && <Check label={w.keys.showRevoked} checked={all} put={setAll} />}
    </>
  );
}

function KeyTable({ keys }: { keys: KnownKey[] }) {
  const { words: w } = useSpeech();
  return (
    <Table
      heads={[
        w.keys.name,
        w.keys.kind,
        w.keys.scope,
        w.keys.created,
        w.keys.used,
        { text: w.users.actions, hidden: true },
      ]}
    >
      <tbody>
        {keys.map((key) => (
          <KeyRow key={key.id} of={key} />
        ))}
      </tbody>
    </Table>
  );
}

function KeyRow({ of }: { of: KnownKey }) {
  const { words: w, day, moment } = useSpeech();
  const [asked, setAsked] = useState(false);
  const revoke = useRevoke();
  const reaches = of.scope === null || of.scope === undefined ? w.keys.append : w.keys.scopes[of.scope];
  return (
    <tr className={of.revoked_at === null ? undefined : 'quiet'}>
      <th scope="row">
        <bdi>{of.name}</bdi>
      </th>
      <td>{w.keys.kinds[of.kind]}</td>
      <td>
        {reaches}
        {of.personal_data && <span className="badge">{w.keys.personal}</span>}
      </td>
      <td className="day">{day(of.created_at)}</td>
      <td>{of.last_used_at == null ? w.keys.never : moment(of.last_used_at)}</td>
      <td>
        <div className="row-actions">
          {of.revoked_at === null ? (
            <button
              type="button"
              className="danger"
              aria-haspopup="dialog"
              aria-label={`${w.keys.revoke}: ${of.name}`}
              onClick={() => setAsked(true)}
            >
              {w.keys.revoke}
            </button>
          ) : (
            `${w.keys.revoked} ${day(of.revoked_at)}`
          )}
        </div>
        <Trouble error={revoke.error} />
        {asked && (
          <Sure
            title={w.keys.revokeTitle(of.name)}
            text={w.keys.revokeText}
            action={w.keys.revoke}
            sure={() => revoke.mutate(of.id)}
            close={() => setAsked(false)}
          />
        )}
      </td>
    </tr>
  );
}
