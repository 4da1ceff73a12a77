// The import: drop a file, see what becomes of it, import it, undo it; other systems, how good the data is, and what
// depends on it. The address says which part, file or import is shown.
import type { Upload } from '../../api/types.gen';
import { useAddress } from '../../app/address';
import { Parts } from '../../app/Parts';
import { useRights } from '../../app/session';
import { Arrived } from './Arrived';
import { useUpload } from './api';
import { Clock } from './Clock';
import { Drop } from './Drop';
import { Going } from './Going';
import './import.css';
import { Bar } from '../../ui/Bar';
import { Empty } from '../../ui/Empty';
import { Trouble } from '../../ui/Trouble';
import { Looked } from './Looked';
import { Past } from './Past';
import { useSpeech, useWhere } from './speech';
import { Lineage } from './systems/Lineage';
import { Loads } from './systems/Loads';
import { Quality } from './systems/Quality';
import './systems/systems.css';

const PARTS = ['files', 'systems', 'quality', 'lineage'] as const;

export default function Import() {
  const { words: w } = useSpeech();
  const [search] = useAddress();
  const part = PARTS.find((one) => one === search.part) ?? 'files';
  return (
    <>
      <h1>{w.title}</h1>
      <Parts label={w.title} className="tabs" to="/import" by="part" parts={PARTS} called={w.parts} chosen={part} />
      {part === 'files' && <Files />}
      {part === 'systems' && <Loads />}
      {part === 'quality' && <Quality />}
      {part === 'lineage' && <Lineage />}
    </>
  );
}

function Files() {
  const [{ file, job }] = useWhere();
  return (
    <>
      <Clock />
      {job !== undefined ? <Going id={job} /> : file !== undefined ? <Dropped id={file} /> : <Start />}
    </>
  );
}

function Start() {
  const { words: w } = useSpeech();
  const { write, personal } = useRights();
  return (
    <>
      <p className="lead">{w.intro}</p>
      {write && personal ? <Drop /> : <Empty>{w.noRight}</Empty>}
      {write && personal && <Arrived />}
      <Past />
    </>
  );
}

function Dropped({ id }: { id: string }) {
  const { words: w } = useSpeech();
  const [, go] = useWhere();
  const { data: upload, error } = useUpload(id);
  if (error !== null) return <Trouble error={error} again={() => go({})} as={w.another} />;
  if (upload === undefined) return null;
  if (upload.state === 'ready') return <Looked upload={upload} />;
  if (upload.state === 'receiving') return <Half upload={upload} />;
  return (
    <section className="wrong" role="alert">
      <h2>{w.refused}</h2>
      {upload.problem !== null && <p>{upload.problem}</p>}
      <button type="button" onClick={() => go({})}>
        {w.another}
      </button>
    </section>
  );
}

/** A file of which only a part is here, since the page was left while it was sent. */
function Half({ upload }: { upload: Upload }) {
  const { words: w, bytes } = useSpeech();
  const [, go] = useWhere();
  return (
    <>
      <section className="card half">
        <h2>
          <bdi>{upload.name}</bdi>
        </h2>
        <Bar done={upload.received} of={upload.size} label={upload.name} />
        <p>{w.arrivedOf(bytes(upload.received), bytes(upload.size))}</p>
        <button type="button" onClick={() => go({})}>
          {w.another}
        </button>
      </section>
      <Drop half />
    </>
  );
}
