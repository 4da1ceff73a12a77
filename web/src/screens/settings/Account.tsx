// One's own login: the password, and the way out.
import { useState } from 'react';
import type { Session } from '../../app/session';
import { TextField } from '../../ui/Field';
import { Trouble } from '../../ui/Trouble';
import { useChangePassword, useLogOut } from './api';
import { useSpeech } from './speech';

export function Account({ session }: { session: Session }) {
  const { words: w, moment } = useSpeech();
  const leave = useLogOut();
  const user = session.user;
  if (user === null) return null;
  if (user.demo) return <p className="lead">{w.account.demo}</p>;
  return (
    <>
      <dl className="facts">
        <dt>{w.account.name}</dt>
        <dd>
          <bdi>{user.name}</bdi>
        </dd>
        <dt>{w.users.role}</dt>
        <dd>
          {w.users.roles[user.role]}
          <span className="hint">{w.users.rolesHint[user.role]}</span>
        </dd>
        <dt>{w.users.personal}</dt>
        <dd>{user.personal_data ? w.users.sees : w.users.seesNot}</dd>
        {session.ends_at !== null && (
          <>
            <dt>{w.account.ends}</dt>
            <dd>{moment(session.ends_at)}</dd>
          </>
        )}
      </dl>
      {user.generated_password && <p className="notice">{w.account.generated}</p>}
      <Password />
      <button type="button" onClick={() => leave.mutate()}>
        {w.account.logOut}
      </button>
      <Trouble error={leave.error} />
    </>
  );
}

function Password() {
  const { words: w } = useSpeech();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [repeated, setRepeated] = useState('');
  const change = useChangePassword();
  const differ = repeated !== '' && repeated !== next;
  const fields = [
    { label: w.account.current, value: current, set: setCurrent, complete: 'current-password' },
    { label: w.account.next, value: next, set: setNext, complete: 'new-password', hint: w.account.hint },
    { label: w.account.repeat, value: repeated, set: setRepeated, complete: 'new-password' },
  ];
  const save = () =>
    change.mutate(
      { current, new: next },
      {
        onSuccess: () => {
          for (const { set } of fields) set('');
        },
      },
    );
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (next === repeated) save();
      }}
    >
      <h3>{w.account.change}</h3>
      {fields.map(({ label, value, set, complete, hint }) => (
        <TextField
          key={label}
          type="password"
          label={label}
          hint={hint}
          value={value}
          put={set}
          required
          maxLength={1024}
          autoComplete={complete}
        />
      ))}
      {differ && (
        <p role="alert" className="warning">
          {w.account.differ}
        </p>
      )}
      <Trouble error={change.error} />
      {change.isSuccess && (
        <p role="status" className="notice">
          {w.account.done}
        </p>
      )}
      <div className="form-foot">
        <button type="submit" className="primary" disabled={change.isPending || next === '' || next !== repeated}>
          {w.account.save}
        </button>
      </div>
    </form>
  );
}
