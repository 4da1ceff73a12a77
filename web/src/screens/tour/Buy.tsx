// A purchase, sent like any shop sends it.
import { useState } from 'react';
import { Select, TextField } from '../../ui/Field';
import { Trouble } from '../../ui/Trouble';
import { type Tour, useBuy } from './api';
import { useSpeech } from './speech';

const ANYTHING = '';
const AMOUNT = '37.00';

interface Props {
  tour: Tour;
  customer: string;
  currency: string;
  /** How long the number took to be another one, in milliseconds, when it is. */
  took: number | undefined;
  clicked: () => void;
}

export function Buy({ tour, customer, currency, took, clicked }: Props) {
  const { words: w, number } = useSpeech();
  const [sku, setSku] = useState(ANYTHING);
  const [amount, setAmount] = useState(AMOUNT);
  const buy = useBuy();
  const good = tour.goods.find((one) => one.sku === sku);
  return (
    <section className="card" aria-labelledby="tour-buy">
      <h2 id="tour-buy">{w.buyTitle}</h2>
      <form
        className="tour-form"
        onSubmit={(event) => {
          event.preventDefault();
          clicked();
          buy.mutate({ customer, good, amount: Number(amount), currency });
        }}
      >
        <Select
          label={w.good}
          value={sku}
          put={(chosen) => {
            const wanted = tour.goods.find((one) => one.sku === chosen);
            setSku(chosen);
            setAmount(wanted === undefined ? AMOUNT : wanted.price.toFixed(2));
          }}
        >
          <option value={ANYTHING}>{w.anything}</option>
          {tour.goods.map((one) => (
            <option key={one.sku} value={one.sku}>
              {one.name ?? one.sku}
            </option>
          ))}
        </Select>
        <TextField
          type="number"
          label={w.amount(currency)}
          value={amount}
          put={setAmount}
          min="0.01"
          max="99999"
          step="0.01"
          required
        />
        <button type="submit" className="primary">
          {w.buy}
        </button>
      </form>
      <p role="status" className="quiet tour-told">
        {took !== undefined ? w.counted(number(took, 0)) : buy.isSuccess ? w.sent : ''}
      </p>
      <Trouble error={buy.error} />
    </section>
  );
}
