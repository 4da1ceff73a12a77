// One attribute, from where it stands: your draft, else as it is written, else from what the address begins it with.
import { useState } from 'react';
import { useAddress } from '../../app/address';
import { Trouble } from '../../ui/Trouble';
import { useAttribute } from './api';
import { Builder } from './Builder';
import { seeded } from './seeded';

export function Begun({ name }: { name: string }) {
  const { data, error } = useAttribute(name);
  const [turn, setTurn] = useState(0);
  const [search] = useAddress();
  if (error !== null) return <Trouble error={error} />;
  if (data === undefined) return null;
  return (
    <Builder
      key={turn}
      name={name}
      start={data.draft?.entry.text ?? data.written?.text ?? ''}
      seed={seeded(search)}
      base={data.draft == null ? (data.version ?? null) : data.draft.base}
      drafted={data.draft != null}
      others={data.others ?? []}
      again={() => setTurn((before) => before + 1)}
    />
  );
}
