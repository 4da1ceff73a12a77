// The way in. It stands in the place of whatever was asked for, so that the address stays as it is.
import './login.css';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, Problem } from '../../app/client';
import { Choices } from '../../app/Shell';
import { SESSION, type Session, useSession } from '../../app/session';
import { TextField } from '../../ui/Field';
import { useSpeech } from './speech';
import type { Words } from './words';

export default function Login() {
  const { words: w } = useSpeech();
  const { users, ended } = useSession();
  return (
    <main className="login">
      <div className="login-box">
        <p className="login-mark" translate="no">
          <img src="/mark.svg" alt="" width={22} height={22} />
          hundredfold
        </p>
        <h1>{w.title}</h1>
        {ended && (
          <p role="status" className="notice">
            {w.ended}
          </p>
        )}
        {users ? <Form /> : <Nobody />}
        <Choices />
      </div>
    </main>
  );
}

function Form() {
  const { words: w } = useSpeech();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const enter = useMutation({
    mutationFn: () => ask<Session>('POST', '/api/v1/session', { name, password }),
    onSuccess: (session) => {
      queries.setQueryData(SESSION, session);
      void queries.invalidateQueries();
    },
    onError: () => setPassword(''),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        enter.mutate();
      }}
    >
      <TextField
        label={w.name}
        value={name}
        put={setName}
        required
        maxLength={256}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
      />
      <TextField
        type="password"
        label={w.password}
        value={password}
        put={setPassword}
        required
        maxLength={1024}
        autoComplete="current-password"
      />
      {enter.error !== null && (
        <p role="alert" className="trouble">
          {told(enter.error, w)}
        </p>
      )}
      <button type="submit" className="primary" disabled={enter.isPending}>
        {w.enter}
      </button>
      <details>
        <summary>{w.forgottenShort}</summary>
        <p>{w.forgotten}</p>
        <pre translate="no">hf user reset-password NAME</pre>
      </details>
    </form>
  );
}

function Nobody() {
  const { words: w } = useSpeech();
  return (
    <>
      <p>{w.nobody}</p>
      <p>{w.nobodyHint}</p>
      <pre translate="no">hf user add admin --role admin --personal-data</pre>
    </>
  );
}

function told(error: Error, w: Words): string {
  const code = error instanceof Problem ? error.code : '';
  switch (code) {
    case 'wrong_login':
      return w.wrong;
    case 'too_many_attempts':
      return w.wait;
    case 'busy':
      return w.busy;
    default:
      return error.message;
  }
}
