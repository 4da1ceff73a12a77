// Where a file is dropped or chosen, and how far it is on its way.
import { useState } from 'react';
import { Bar } from '../../ui/Bar';
import { DropArea } from '../../ui/Drop';
import { Trouble } from '../../ui/Trouble';
import { useSending } from './api';
import { useSpeech, useWhere } from './speech';

/** With `half` a part of the file is here already: the same one goes on. */
export function Drop({ half = false }: { half?: boolean }) {
  const { words: w, bytes } = useSpeech();
  const [, go] = useWhere();
  const [name, setName] = useState('');
  const sending = useSending((upload) => go({ file: upload.id }));

  const take = (file: File) => {
    setName(file.name);
    sending.start(file);
  };

  if (sending.error instanceof Error) return <Trouble error={sending.error} again={sending.stop} />;
  if (sending.progress !== undefined) {
    const { received, size, lost } = sending.progress;
    return (
      <section className="card drop" aria-live="polite">
        <h2>{w.sending(name)}</h2>
        <Bar done={received} of={size} label={w.sending(name)} />
        <p className="quiet">{w.arrivedOf(bytes(received), bytes(size))}</p>
        {lost && <p className="notice">{w.lost}</p>}
        <button type="button" onClick={sending.stop}>
          {w.stop}
        </button>
      </section>
    );
  }
  return (
    <DropArea label={w.drop} choose={w.choose} primary take={take} title={<h2>{half ? w.dropAgain : w.drop}</h2>}>
      <p>{w.kinds}</p>
      <p className="quiet">{w.known}</p>
    </DropArea>
  );
}
