// Write keys and access tokens: made, shown once, revoked.
import { useState } from 'react';
import { type KnownKey, useKeys, useRevoke } from './api';
import { NewKey } from './NewKey';
import { Secret } from './Secret';
import { Sure } from './Sure';
import { useSpeech } from './speech';
import { Trouble } from './Trouble';

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
      {error !== null && <Trouble error={error} again={refetch} />}
      {shown?.length === 0 && (
        <div className="empty">
          <h3>{w.keys.empty}</h3>
          <p>{w.keys.emptyHint}</p>
        </div>
      )}
      {shown !== undefined && shown.length > 0 && <KeyTable keys={shown} />}
      {data?.some((key) => key.revoked_at !== null) && (
        <label className="check">
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} />
          {w.keys.showRevoked}
        </label>
      )}
    </>
  );
}

function KeyTable({ keys }: { keys: KnownKey[] }) {
  const { words: w } = useSpeech();
  return (
    <div className="table-box">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{w.keys.name}</th>
            <th scope="col">{w.keys.kind}</th>
            <th scope="col">{w.keys.scope}</th>
            <th scope="col">{w.keys.created}</th>
            <th scope="col">{w.keys.used}</th>
            <th scope="col">
              <span className="hidden">{w.users.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <KeyRow key={key.id} of={key} />
          ))}
        </tbody>
      </table>
    </div>
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
              aria-label={`${w.keys.revoke}: ${of.name}`}
              onClick={() => setAsked(true)}
            >
              {w.keys.revoke}
            </button>
          ) : (
            `${w.keys.revoked} ${day(of.revoked_at)}`
          )}
        </div>
        {revoke.error !== null && <Trouble error={revoke.error} />}
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
