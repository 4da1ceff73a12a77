// Keeping a mapping under a name: the next file like this one is recognised by it.
import { useState } from 'react';
import { TextField } from '../../ui/Field';
import { Trouble } from '../../ui/Trouble';
import { useKeep } from './api';
import { useSpeech } from './speech';

export function Keep({ mapping }: { mapping: string }) {
  const { words: w } = useSpeech();
  const [name, setName] = useState('');
  const keep = useKeep();
  if (keep.isSuccess) return <p className="good">{w.kept(name)}</p>;
  return (
    <details className="keep">
      <summary>{w.keep}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          keep.mutate({ name, mapping });
        }}
      >
        <TextField
          label={w.keepName}
          value={name}
          put={setName}
          required
          pattern="[a-z0-9][a-z0-9_\-]*"
          maxLength={60}
          title={w.keepHint}
          placeholder="our-till"
        />
        <button type="submit" disabled={keep.isPending}>
          {w.keep}
        </button>
      </form>
      <Trouble error={keep.error} again={keep.reset} />
    </details>
  );
}
