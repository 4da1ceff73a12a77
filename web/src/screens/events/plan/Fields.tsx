// The fields of an event: how often, of what types, what the plan says of them, who reads them.
import { useRights } from '../../../app/session';
import { Way } from '../../../app/Way';
import { Table } from '../../../ui/Table';
import { useTaken } from '../live/api';
import { seedOf } from '../live/seed';
import type { EventPlanned, EventStanding, FieldStanding } from './api';
import { Drifted } from './Drifted';
import { useSpeech } from './speech';

export function Fields({ event, planned }: { event: EventStanding; planned: EventPlanned }) {
  const { words: w } = useSpeech();
  const { write } = useRights();
  const { data: taken } = useTaken();
  const heads = [
    w.field,
    { text: w.share, number: true },
    w.types,
    ...(event.type === 'track' ? [w.planned] : []),
    w.readBy,
  ];
  return (
    <Table heads={heads} className="table plan-fields">
      <tbody>
        {planned.fields.map((field) => (
          <Row
            key={`${field.each} ${field.path}`}
            event={event}
            field={field}
            planned={planned.mode !== null}
            taken={write ? taken : undefined}
          />
        ))}
      </tbody>
    </Table>
  );
}

interface RowProps {
  event: EventStanding;
  field: FieldStanding;
  planned: boolean;
  /** Undefined: no attribute can be added. */
  taken: string[] | undefined;
}

function Row({ event, field, planned, taken }: RowProps) {
  const { words: w, percent, label } = useSpeech();
  const types = Object.entries(field.seen?.types ?? {}).sort((a, b) => b[1] - a[1]);
  const all = types.reduce((sum, [, count]) => sum + count, 0);
  return (
    <tr data-field={field.path} data-trouble={field.trouble ?? undefined}>
      <th scope="row">
        <bdi>{field.path}</bdi>
        {field.each !== null && (
          <small className="quiet">
            {' '}
            <bdi>{w.in(field.each)}</bdi>
          </small>
        )}
        {field.drifts.map((drift) => (
          <small key={`${drift.what} ${drift.type}`} className="plan-drift">
            <Drifted drift={drift} short />
          </small>
        ))}
      </th>
      <td className="number">{field.share === null ? '–' : percent(field.share)}</td>
      <td>
        {types.map(([type, count]) => (
          <span key={type} className="plan-type" data-type={type}>
            {w.typeNames[type] ?? type}
            {types.length > 1 && <span className="quiet"> {percent(count / all)}</span>}
          </span>
        ))}
      </td>
      {event.type === 'track' && <td>{planned && <Expectation field={field} />}</td>}
      <td className="plan-readers">
        {field.attributes.map((one) => (
          <Way key={one.name} to="/attributes" search={{ attribute: one.name }}>
            <bdi>{label(one)}</bdi>
          </Way>
        ))}
        {field.attributes.length === 0 && <span className="quiet">{w.noReaders}</span>}
        {taken !== undefined && field.seen !== null && <Add event={event} field={field} taken={taken} />}
      </td>
    </tr>
  );
}

function Expectation({ field }: { field: FieldStanding }) {
  const { words: w, plural } = useSpeech();
  const { expected, trouble } = field;
  return (
    <>
      {expected !== null && (
        <span>
          {[
            expected.type == null ? w.any : w.typeNames[expected.type],
            expected.required ? w.required : w.optional,
            ...((expected.values ?? []).length > 0 ? [plural(expected.values?.length ?? 0, w.oneOf)] : []),
          ].join(', ')}
        </span>
      )}
      {trouble !== null && (trouble !== 'not_planned' || field.proposed !== null) && (
        <small className={trouble === 'not_planned' ? 'quiet' : 'plan-drift'}>{w.troubles[trouble]}</small>
      )}
    </>
  );
}

/** The way to the builder, which begins with this field. */
function Add({ event, field, taken }: { event: EventStanding; field: FieldStanding; taken: string[] }) {
  const { words: w } = useSpeech();
  const seed = seedOf({
    kind: event.type,
    event: event.name,
    steps: [...(field.each === null ? [] : [...field.each.split('.'), 0]), ...field.path.split('.')],
    value: (field.seen?.types.number ?? 0) > 0 ? 0 : '',
    taken,
  });
  if (seed === null) return null;
  return (
    <Way to="/attributes" search={seed} className="plan-add" says={w.addOf(field.path)}>
      {w.add}
    </Way>
  );
}
