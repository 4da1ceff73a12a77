// One micro-segment in words: what it is called, what sets it apart, how many and who; beside another one if wished.
import { useAddress } from '../../app/address';
import { Way } from '../../app/Way';
import { Select } from '../../ui/Field';
import { Table } from '../../ui/Table';
import { Trouble } from '../../ui/Trouble';
import { type MicroSegment, type MicroSegmentShown, type MicroSegments, useOne } from './api';
import { Features } from './Features';
import { useSpeech } from './speech';
import { degree, quoted, telling, written } from './told';

const TOLD = 5;
const NOBODY = '';
const SHOWN = ['spent', 'orders', 'last_order'];

export function One({ one, told }: { one: MicroSegment; told: MicroSegments }) {
  const { words: w, language } = useSpeech();
  const [search, setSearch] = useAddress();
  const beside = told.micro_segments.find(({ id }) => id === search.beside && id !== one.id)?.id ?? null;
  const { data, error, refetch } = useOne(one.id, beside);
  const near = data?.micro_segment.id === one.id ? data : undefined;
  const other = near?.other?.id === beside ? (near?.other ?? null) : null;
  const put = (change: Record<string, unknown>) => setSearch((from) => ({ ...from, ...change }));
  return (
    <>
      <div className="micro-one">
        <section className="card" aria-labelledby="micro-name" data-micro={one.id}>
          <button type="button" className="link" onClick={() => put({ id: undefined, beside: undefined })}>
            {w.close}
          </button>
          <Portrait one={one} told={told} id="micro-name" />
          <p>
            <Way
              to="/segments/new"
              search={{ where: `${told.attribute} = ${quoted(one.id)}` }}
              className="micro-segment"
            >
              {w.segment}
            </Way>
          </p>
        </section>
      </div>
      <section className="card micro-five" aria-labelledby="micro-five">
        <h2 id="micro-five">{w.five}</h2>
        {near !== undefined && <Five near={near} told={told} />}
        <Trouble error={error} again={refetch} />
      </section>
      <section className="card micro-wide" aria-labelledby="micro-features">
        <div className="micro-choices">
          <h2 id="micro-features">{w.features}</h2>
          <Select
            label={w.beside}
            value={beside ?? NOBODY}
            put={(id) => put({ beside: id === NOBODY ? undefined : id })}
          >
            <option value={NOBODY}>{w.besideNone}</option>
            {told.micro_segments
              .filter(({ id }) => id !== one.id)
              .map(({ id, name }) => (
                <option key={id} value={id}>
                  {name[language]}
                </option>
              ))}
          </Select>
          {beside !== null && (
            <button type="button" onClick={() => put({ id: beside, beside: one.id })}>
              {w.swap}
            </button>
          )}
        </div>
        {other !== null && (
          <div className="micro-two">
            <div className="micro-first">
              <Portrait one={one} told={told} />
            </div>
            <div className="micro-second">
              <Portrait one={other} told={told} />
            </div>
          </div>
        )}
        {near !== undefined && <Features near={near} other={other} />}
      </section>
    </>
  );
}

/** Its name, size and money, and in words what sets it apart. */
function Portrait({ one, told, id }: { one: MicroSegment; told: MicroSegments; id?: string }) {
  const speech = useSpeech();
  const { words: w, language, label, number, money, percent } = speech;
  const apart = telling(one, told.features, TOLD);
  const Heading = id === undefined ? 'h3' : 'h2';
  return (
    <>
      <Heading id={id}>{one.name[language]}</Heading>
      <p className="micro-size">
        <strong>{w.people(number(one.customers), percent(one.share))}</strong>
        {one.sums.spent !== undefined && <span>{w.spends(money(one.sums.spent), money(one.means.spent ?? 0))}</span>}
      </p>
      <p className="micro-sub">{w.apart}</p>
      {apart.length === 0 && <p>{w.apartNothing}</p>}
      <ul className="apart">
        {apart.map(({ feature, apart: far }) => (
          <li key={feature.role} data-apart={feature.role}>
            <strong>{label({ name: feature.attribute, label: feature.label })}</strong>:{' '}
            {degree(far, feature.unit, speech)}
            <span className="quiet">
              {w.thanAll(
                written(one.means[feature.role], feature.unit, speech),
                written(feature.everybody, feature.unit, speech),
              )}
            </span>
          </li>
        ))}
      </ul>
      <p className="micro-sub">{w.clusters}</p>
      <dl className="clusters">
        {Object.entries(one.clusters).map(([layer, numbers]) => (
          <div key={layer}>
            <dt>{w.layers[layer] ?? layer}</dt>
            <dd>{w.cluster(ranges(numbers), number(told.layers[one.stage]?.[layer] ?? 1))}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Five({ near, told }: { near: MicroSegmentShown; told: MicroSegments }) {
  const speech = useSpeech();
  const { words: w, label } = speech;
  const shown = told.features.filter(({ role }) => SHOWN.includes(role));
  if (near.customers.length === 0) return <p className="quiet">{w.fiveNone}</p>;
  return (
    <>
      <p className="quiet">{w.fiveHow}</p>
      <Table
        heads={[
          w.customer,
          ...shown.map((feature) => ({ text: label({ name: feature.attribute, label: feature.label }), number: true })),
        ]}
      >
        <tbody>
          {near.customers.map((customer) => (
            <tr key={customer.customer_id}>
              <th scope="row">
                <Way to="/customers" search={{ id: customer.customer_id }}>
                  <bdi>{customer.customer_id}</bdi>
                </Way>
              </th>
              {shown.map(({ role, unit }) => (
                <td key={role} className="number">
                  {written(customer.values[role], unit, speech)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
    </>
  );
}

/** Numbers that follow each other as a range. */
function ranges(numbers: number[]): string {
  const found: [number, number][] = [];
  for (const one of numbers) {
    const last = found.at(-1);
    if (last !== undefined && last[1] === one - 1) last[1] = one;
    else found.push([one, one]);
  }
  return found.map(([low, high]) => (low === high ? `${low}` : `${low}–${high}`)).join(', ');
}
