// What each column of the file becomes.
import type { ColumnSeen, MappingForm } from '../../api/types.gen';
import { useSpeech } from './speech';
import { type Line, linesOf, targetsOf, withTarget } from './targets';

interface Props {
  form: MappingForm;
  columns: ColumnSeen[];
  put: (form: MappingForm) => void;
}

export function Columns({ form, columns, put }: Props) {
  const { words: w } = useSpeech();
  if (form.kind === 'messages') return null;
  return (
    <section className="card">
      <h2>{w.columns}</h2>
      <div className="table-box columns">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{w.column}</th>
              <th scope="col">{w.cells}</th>
              <th scope="col">{w.becomes}</th>
            </tr>
          </thead>
          <tbody>
            {linesOf(form, columns).map((line) => (
              <tr key={line.key} className={line.part === undefined ? 'out' : undefined}>
                <th scope="row">{line.column}</th>
                <td className="cells">{line.examples.join(' · ')}</td>
                <td>
                  <Becomes form={form} line={line} put={put} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Becomes({ form, line, put }: { form: MappingForm; line: Line; put: (form: MappingForm) => void }) {
  const { words: w } = useSpeech();
  const now = line.part?.target;
  return (
    <select
      aria-label={w.becomesOf(line.column)}
      value={now ?? ''}
      onChange={(event) => put(withTarget(form, line, event.currentTarget.value))}
    >
      <option value="">{w.leaveOut}</option>
      {targetsOf(form.kind, line.column, now).map((target) => (
        <option key={target} value={target}>
          {w.targets[target] ?? w.fieldCalled(target.slice(target.indexOf('.') + 1))}
        </option>
      ))}
    </select>
  );
}
