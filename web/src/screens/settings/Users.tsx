// Who may log in: added, changed, shut out, removed.
import { useState } from 'react';
import { Sure } from '../../ui/Dialog';
import { Empty } from '../../ui/Empty';
import { Options } from '../../ui/Field';
import { Table } from '../../ui/Table';
import { Trouble } from '../../ui/Trouble';
import { type KnownUser, type UserChange, useChangeUser, useRemoveUser, useResetPassword, useUsers } from './api';
import { NewUser } from './NewUser';
import { Secret } from './Secret';
import { useSpeech } from './speech';

interface Told {
  name: string;
  password: string;
}

export function Users({ me }: { me: string }) {
  const { words: w } = useSpeech();
  const { data, error, refetch } = useUsers();
  const [told, setTold] = useState<Told>();
  const [adding, setAdding] = useState(false);
  return (
    <>
      <p className="lead">{w.users.intro}</p>
      {told !== undefined && (
        <Secret title={w.users.password(told.name)} secret={told.password} close={() => setTold(undefined)} />
      )}
      {adding ? (
        <NewUser
          made={(user) => {
            setTold(user);
            setAdding(false);
          }}
          close={() => setAdding(false)}
        />
      ) : (
        <button type="button" className="primary" onClick={() => setAdding(true)}>
          {w.users.add}
        </button>
      )}
      <Trouble error={error} again={refetch} />
      {data?.length === 0 && <Empty title={w.users.empty}>{w.users.emptyHint}</Empty>}
      {data !== undefined && data.length > 0 && (
        <Table
          heads={[
            w.users.name,
            w.users.role,
            w.users.personal,
            w.users.state,
            w.users.since,
            { text: w.users.actions, hidden: true },
          ]}
        >
          <tbody>
            {data.map((user) => (
              <UserRow key={user.id} user={user} mine={user.id === me} told={setTold} />
            ))}
          </tbody>
        </Table>
      )}
    </>
  );
}

function UserRow({ user, mine, told }: { user: KnownUser; mine: boolean; told: (one: Told) => void }) {
  const { words: w, day } = useSpeech();
  const [asked, setAsked] = useState<'reset' | 'remove'>();
  const [change, reset, remove] = [useChangeUser(), useResetPassword(), useRemoveUser()];
  const trouble = change.error ?? reset.error ?? remove.error;
  // What was just chosen is shown at once; refused, it is as it was. Not from `change`, which tells of it a moment later.
  const [chosen, setChosen] = useState<UserChange>({});
  const out = chosen.disabled ?? user.disabled_at !== null;
  const shut = out ? w.users.enable : w.users.disable;
  const set = (wanted: UserChange) => {
    setChosen((before) => ({ ...before, ...wanted }));
    change.mutate({ id: user.id, ...wanted }, { onSettled: () => setChosen({}) });
  };
  return (
    <>
      <tr className={out ? 'quiet' : undefined}>
        <th scope="row">
          <bdi>{user.name}</bdi>
          {mine && <span className="badge">{w.users.you}</span>}
        </th>
        <td>
          <select
            aria-label={`${w.users.role}: ${user.name}`}
            value={chosen.role ?? user.role}
            onChange={(event) => set({ role: event.target.value as KnownUser['role'] })}
          >
            <Options of={w.users.roles} />
          </select>
        </td>
        <td>
          <input
            type="checkbox"
            aria-label={`${w.users.personal}: ${user.name}`}
            checked={chosen.personal_data ?? user.personal_data}
            onChange={(event) => set({ personal_data: event.target.checked })}
          />
        </td>
        <td>{out ? w.users.disabled : user.generated_password ? w.users.generated : w.users.active}</td>
        <td className="day">{day(user.created_at)}</td>
        <td>
          <div className="row-actions">
            <button
              type="button"
              aria-haspopup="dialog"
              aria-label={`${w.users.reset}: ${user.name}`}
              onClick={() => setAsked('reset')}
            >
              {w.users.reset}
            </button>
            <button type="button" aria-label={`${shut}: ${user.name}`} onClick={() => set({ disabled: !out })}>
              {shut}
            </button>
            <button
              type="button"
              className="danger"
              aria-haspopup="dialog"
              aria-label={`${w.users.remove}: ${user.name}`}
              onClick={() => setAsked('remove')}
            >
              {w.users.remove}
            </button>
          </div>
          {asked === 'reset' && (
            <Sure
              title={w.users.resetTitle(user.name)}
              text={w.users.resetText}
              action={w.users.reset}
              sure={() => reset.mutate(user.id, { onSuccess: told })}
              close={() => setAsked(undefined)}
            />
          )}
          {asked === 'remove' && (
            <Sure
              title={w.users.removeTitle(user.name)}
              text={w.users.removeText}
              action={w.users.remove}
              sure={() => remove.mutate(user.id)}
              close={() => setAsked(undefined)}
            />
          )}
        </td>
      </tr>
      {trouble !== null && (
        <tr>
          <td colSpan={6}>
            <Trouble error={trouble} />
          </td>
        </tr>
      )}
    </>
  );
}
