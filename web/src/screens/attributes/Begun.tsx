// One attribute, from where it stands: your draft, else as it is written, else as it was, else from what the address
// says: an entry of the catalogue, or an event and a field.
import { useState } from 'react';
import type { CatalogueShown } from '../../api/types.gen';
import { useAddress } from '../../app/address';
import { Trouble } from '../../ui/Trouble';
import { Leaving } from '../drafting/Leaving';
import { type Sentence, useAttribute, useAttributes } from './api';
import { Builder } from './Builder';
import { Gone } from './Gone';
import { useReady } from './ready/api';
import { seeded } from './seeded';
import { Versions } from './Versions';

export function Begun({ name }: { name: string }) {
  const { data, error, refetch } = useAttribute(name);
  const { data: all, refetch: relist } = useAttributes();
  const [search] = useAddress();
  const copied = typeof search.ready === 'string' ? search.ready : null;
  const { data: ready } = useReady(copied !== null);
  const [turn, setTurn] = useState(0);
  const [back, setBack] = useState<string | null>(null);
  if (error !== null) return <Trouble error={error} />;
  if (data === undefined || all === undefined || (copied !== null && ready === undefined)) return null;
  const again = async () => {
    await Promise.all([refetch(), relist()]);
    setBack(null);
    setTurn((before) => before + 1);
  };
  const base = data.draft == null ? (data.version ?? null) : data.draft.base;
  if (data.draft?.removes) {
    const { mistakes } = data.draft.entry;
    return (
      <article className="one">
        <header className="one-head">
          <h2 dir="auto">{name}</h2>
        </header>
        <Leaving key={turn} section="attributes" name={name} base={base} mistakes={mistakes} again={again}>
          <Versions name={name} use={null} />
        </Leaving>
      </article>
    );
  }
  if (data.draft == null && back === null && all.removed.some((one) => one.name === name)) {
    return <Gone name={name} back={setBack} />;
  }
  return (
    <Builder
      key={turn}
      name={name}
      start={back ?? data.draft?.entry.text ?? data.written?.text ?? ''}
      seed={seedOf(ready, copied) ?? seeded(search)}
      base={base}
      drafted={data.draft != null || back !== null}
      others={data.others ?? []}
      again={again}
    />
  );
}

/** What an entry of the catalogue says, to begin with. */
function seedOf(ready: CatalogueShown | undefined, name: string | null): Sentence | null {
  const entries = ready?.groups.flatMap((group) => group.entries) ?? [];
  return entries.find((one) => one.kind === 'attribute' && one.name === name)?.sentence ?? null;
}
