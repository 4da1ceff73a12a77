// Whose number is looked at: somebody who is offered, or anybody by his id.
import { type ReactNode, useId, useState } from 'react';
import { type Tour, useFound } from './api';
import { useSpeech } from './speech';

interface Props {
  tour: Tour;
  customer: string;
  choose: (customer: string) => void;
}

export function Who({ tour, customer, choose }: Props) {
  const { words: w } = useSpeech();
  const [typed, setTyped] = useState('');
  const { data: found } = useFound(typed.trim());
  const [field, list] = [useId(), useId()];
  return (
    <section className="card tour-who" aria-label={w.who}>
      <Offered title={w.quiet} customers={tour.quiet}>
        {chip}
      </Offered>
      <Offered title={w.lively} customers={tour.lively}>
        {chip}
      </Offered>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() !== '') choose(typed.trim());
        }}
      >
        <label htmlFor={field}>{w.other}</label>
        <input
          id={field}
          list={list}
          value={typed}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
        <datalist id={list}>
          {found?.map(({ customer_id: id }) => (
            <option key={id} value={id} />
          ))}
        </datalist>
        <button type="submit">{w.show}</button>
      </form>
    </section>
  );

  function chip(id: string) {
    return (
      <button key={id} type="button" className="tour-chip" aria-pressed={id === customer} onClick={() => choose(id)}>
        {tour.names[id] === undefined ? (
          <bdi>{id}</bdi>
        ) : (
          <>
            <bdi>{tour.names[id]}</bdi> <small>{id}</small>
          </>
        )}
      </button>
    );
  }
}

interface OfferedProps {
  title: string;
  customers: string[];
  children: (customer: string) => ReactNode;
}

function Offered({ title, customers, children }: OfferedProps) {
  if (customers.length === 0) return null;
  return (
    <div className="tour-offered">
      <span className="quiet">{title}</span>
      {customers.map(children)}
    </div>
  );
}
