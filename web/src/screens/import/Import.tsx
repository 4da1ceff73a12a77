// The import: drop a file, see what becomes of it, import it, undo it. The address says which file or import is shown.
import { useRights } from '../../app/session';
import { Arrived } from './Arrived';
import { useUpload } from './api';
import { Clock } from './Clock';
import { Drop } from './Drop';
import { Going } from './Going';
import './import.css';
import { Empty } from '../../ui/Empty';
import { Trouble } from '../../ui/Trouble';
import { Looked } from './Looked';
import { Past } from './Past';
import { useSpeech, useWhere } from './speech';

export default function Import() {
  const { words: w } = useSpeech();
  const [{ file, job }] = useWhere();
  return (
    <>
      <h1>{w.title}</h1>
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
  return (
    <section className="wrong" role="alert">
      <h2>{upload.state === 'refused' ? w.refused : w.sending(upload.name)}</h2>
      {upload.problem !== null && <p>{upload.problem}</p>}
      <button type="button" onClick={() => go({})}>
        {w.another}
      </button>
    </section>
  );
}
