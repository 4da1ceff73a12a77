// Some customers with values: a way to each of them.
import type { MemberShown, ValueOf } from '../../api/types.gen';
import { Way } from '../../app/Way';
import { Table } from '../../ui/Table';
import { useSpeech, written } from './speech';

const TEXTS = ['text', 'nothing', 'list', 'boolean'];

export function People({ attributes, members }: { attributes: ValueOf[]; members: MemberShown[] }) {
  const speech = useSpeech();
  const { words: w, label } = speech;
  if (members.length === 0) return null;
  const heads = attributes.map((one) => ({
    text: label({ name: one.attribute, label: one.label }),
    number: !TEXTS.includes(one.measure),
  }));
  return (
    <Table heads={[w.customer, ...heads]}>
      <tbody>
        {members.map((one) => (
          <tr key={one.customer_id}>
            <th scope="row">
              <Way to="/customers" search={{ id: one.customer_id }}>
                <bdi>{one.customer_id}</bdi>
              </Way>
            </th>
            {attributes.map((attribute, place) => (
              <td key={attribute.attribute} className={heads[place]?.number ? 'number' : undefined}>
                <bdi>{written(one.values[place], attribute.measure, speech)}</bdi>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
