// The orders behind the number: which count, what each adds, and from where it came.
import { useEffect, useRef } from 'react';
import { Way } from '../../app/Way';
import { Table } from '../../ui/Table';
import { Trouble } from '../../ui/Trouble';
import { type AttributeShown, SOURCE, useOrdersBehind } from './api';
import { useSpeech } from './speech';

interface Props {
  customer: string;
  attribute: AttributeShown;
  close: () => void;
}

export function Orders({ customer, attribute, close }: Props) {
  const { words: w, plural, number, money, time } = useSpeech();
  const { data, error, refetch } = useOrdersBehind(customer, attribute.name);
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus(), []);
  const say = attribute.measure === 'money' ? money : number;
  return (
    <section ref={box} className="card tour-orders" aria-labelledby="tour-orders" tabIndex={-1}>
      <header>
        <h2 id="tour-orders">{w.ordersTitle}</h2>
        <button type="button" onClick={close}>
          {w.close}
        </button>
      </header>
      <Trouble error={error} again={refetch} />
      {data !== undefined && (
        <>
          <p>
            {plural(data.counted, w.orders)}
            {data.left_out > 0 && `; ${plural(data.left_out, w.leftOut)}`}.{' '}
            {data.counted > data.parts.length && w.newest(number(data.parts.length))}
          </p>
          <Table heads={[w.time, w.order, w.counts, { text: w.value, number: true }]}>
            <tbody>
              {data.parts.map(({ message, line, since_batch, adds, time: at }) => (
                <tr key={`${message.place} ${line}`}>
                  <td>{time(at)}</td>
                  <td>
                    <bdi>{orderOf(message.payload) ?? message.message_id}</bdi>
                    {message.source === SOURCE && <span className="badge">{w.here}</span>}
                  </td>
                  <td>{since_batch ? w.sinceBatch : w.inBatch}</td>
                  <td className="number">{typeof adds === 'number' ? say(adds) : ''}</td>
                </tr>
              ))}
            </tbody>
          </Table>
        </>
      )}
      <Way to="/customers" search={{ id: customer }}>
        {w.all}
      </Way>
    </section>
  );
}

function orderOf(payload: Record<string, unknown> | null): string | undefined {
  const properties = payload?.properties;
  const order =
    typeof properties === 'object' && properties !== null && 'order_id' in properties ? properties.order_id : null;
  return typeof order === 'string' || typeof order === 'number' ? String(order) : undefined;
}
