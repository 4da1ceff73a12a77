// Where a file is dropped or chosen, and how far it is on its way.
import { type DragEvent, useRef, useState } from 'react';
import { Bar } from '../../ui/Bar';
import { Trouble } from '../../ui/Trouble';
import { useSending } from './api';
import { useSpeech, useWhere } from './speech';

export function Drop() {
  const { words: w } = useSpeech();
  const [, go] = useWhere();
  const [over, setOver] = useState(false);
  const [name, setName] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const sending = useSending((upload) => go({ file: upload.id }));

  const take = (file: File | null | undefined) => {
    if (file == null) return;
    setName(file.name);
    sending.start(file);
  };
  const dropped = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files.item(0));
  };

  if (sending.error instanceof Error) return <Trouble error={sending.error} again={sending.stop} />;
  if (sending.progress !== undefined) {
    const { received, size } = sending.progress;
    return (
      <section className="card drop" aria-live="polite">
        <h2>{w.sending(name)}</h2>
        <Bar done={received} of={size} label={w.sending(name)} />
        <button type="button" onClick={sending.stop}>
          {w.stop}
        </button>
      </section>
    );
  }
  return (
    <section
      className={over ? 'card drop over' : 'card drop'}
      aria-label={w.drop}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={dropped}
    >
      <h2>{w.drop}</h2>
      <button type="button" className="primary" onClick={() => input.current?.click()}>
        {w.choose}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={w.choose}
        onChange={(event) => take(event.currentTarget.files?.item(0))}
      />
      <p>{w.kinds}</p>
      <p className="quiet">{w.known}</p>
    </section>
  );
}
