// Who moved from which micro-segment to which between two days: the greatest ways as bands, all of them as a table.
import { useAddress } from '../../app/address';
import { Flow } from '../../charts/Flow';
import { hue } from '../../charts/hues';
import { Empty } from '../../ui/Empty';
import { Select } from '../../ui/Field';
import { Table } from '../../ui/Table';
import { Trouble } from '../../ui/Trouble';
import { type MicroSegments, type MigrationShown, useMoves } from './api';
import { useSpeech } from './speech';

const BANDS = 14;
const ROWS = 60;
const NOW = 'now';
const NOWHERE = '';

export function Moves({ told }: { told: MicroSegments }) {
  const { words: w, time } = useSpeech();
  const [search, setSearch] = useAddress();
  const asked = (name: string) => (typeof search[name] === 'string' ? (search[name] as string) : null);
  const { data, error, refetch } = useMoves(asked('from'), asked('to'));
  const put = (name: string, value: string) => setSearch((from) => ({ ...from, [name]: value }), true);
  if (data === undefined) return <Trouble error={error} again={refetch} />;
  if (data.from === null)
    return (
      <Empty title={w.movesEmpty}>
        <p>{w.movesEmptyHow}</p>
      </Empty>
    );
  const until = data.to ?? NOW;
  const earlier = data.days.filter((day) => until === NOW || day < until);
  const later = data.days.filter((day) => day > (data.from ?? ''));
  return (
    <section className="card" aria-label={w.parts.moves}>
      <div className="micro-choices">
        <Select label={w.from} value={data.from} put={(day) => put('from', day)}>
          {earlier.map((day) => (
            <option key={day} value={day}>
              {time(day)}
            </option>
          ))}
        </Select>
        <Select label={w.to} value={until} put={(day) => put('to', day)}>
          {later.map((day) => (
            <option key={day} value={day}>
              {time(day)}
            </option>
          ))}
          <option value={NOW}>{w.now}</option>
        </Select>
      </div>
      <Trouble error={error} again={refetch} />
      <Told moves={data} told={told} />
    </section>
  );
}

function Told({ moves, told }: { moves: MigrationShown; told: MicroSegments }) {
  const { words: w, language, number } = useSpeech();
  const stages = new Map(told.micro_segments.map(({ id, stage }) => [id, stage]));
  const called = (id: string) => (id === NOWHERE ? w.nowhereName : (moves.names[id]?.[language] ?? id));
  const ways = moves.moves
    .filter(({ from, to }) => from !== to)
    .map(({ from, to, customers }) => ({ from: from ?? NOWHERE, to: to ?? NOWHERE, count: customers }))
    .sort((a, b) => b.count - a.count);
  const [shown, rest] = [ways.slice(0, BANDS), ways.slice(BANDS)];
  const further = rest.reduce((sum, { count }) => sum + count, 0);
  return (
    <>
      <p data-moved={moves.moved} data-stayed={moves.stayed}>
        {w.movesTold(number(moves.moved), number(moves.stayed))}
      </p>
      {moves.retrained && <p className="notice">{w.retrained}</p>}
      {ways.length === 0 && <p>{w.movesNone}</p>}
      {ways.length > 0 && (
        <>
          <Flow
            label={w.flow(number(shown.length))}
            ways={shown}
            called={called}
            colour={(id) => hue(stages.get(id) ?? id)}
            say={({ from, to, count }) => w.way(called(from), called(to), number(count))}
            count={number}
          />
          {further > 0 && <p className="quiet">{w.others(number(further))}</p>}
          <h2>{w.allMoves}</h2>
          <Table heads={[w.movedFrom, w.movedTo, { text: w.customers, number: true }]}>
            <tbody>
              {ways.slice(0, ROWS).map(({ from, to, count }) => (
                <tr key={`${from} ${to}`} data-move={`${from}>${to}`}>
                  <td>{called(from)}</td>
                  <td>{called(to)}</td>
                  <td className="number">{number(count)}</td>
                </tr>
              ))}
            </tbody>
          </Table>
        </>
      )}
    </>
  );
}
