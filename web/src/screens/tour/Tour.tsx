// The tour of a demo: one customer's number, a purchase that moves it, the orders behind it, and all of it taken back.
import './tour.css';
import { useCallback, useEffect, useState } from 'react';
import { useAddress } from '../../app/address';
import { keepToured } from '../../app/toured';
import { Empty } from '../../ui/Empty';
import { Trouble } from '../../ui/Trouble';
import { type Tour as Offered, useCustomer, useTour } from './api';
import { Buy } from './Buy';
import { Orders } from './Orders';
import { Sum } from './Sum';
import { useSpeech } from './speech';
import { TakeBack } from './TakeBack';
import { Who } from './Who';

const MAIN = 'total_purchase_value';

export default function Tour() {
  const { words: w } = useSpeech();
  useEffect(keepToured, []);
  const { data: tour, error, refetch } = useTour();
  return (
    <>
      <header className="tour-head">
        <h1>{w.title}</h1>
        <p className="badge">{w.badge}</p>
        <p className="lead quiet">{w.intro}</p>
      </header>
      <Trouble error={error} again={refetch} />
      {tour !== undefined && <Shop tour={tour} />}
    </>
  );
}

function Shop({ tour }: { tour: Offered }) {
  const { words: w } = useSpeech();
  const [search, change] = useAddress();
  const chosen = typeof search.customer === 'string' || typeof search.customer === 'number';
  const customer = chosen ? String(search.customer) : (tour.quiet[0] ?? tour.lively[0]);
  const { data: profile, error, refetch } = useCustomer(customer);
  useEffect(() => {
    // Who is quiet now is not any more when he has bought: the address keeps him.
    if (!chosen && customer !== undefined) change((from) => ({ ...from, customer }), true);
  }, [chosen, customer, change]);
  const [clicked, setClicked] = useState<number>();
  const [took, setTook] = useState<number>();
  const moved = useCallback(() => {
    if (clicked === undefined) return;
    setTook(performance.now() - clicked);
    setClicked(undefined);
  }, [clicked]);

  if (customer === undefined) {
    return <Empty title={w.nobody}>{w.nobodyHint}</Empty>;
  }
  const main = profile?.attributes.find(({ name }) => name === MAIN) ?? profile?.attributes.find(({ adds }) => adds);
  const behind = search.behind === true;
  const look = (open: boolean) => change((from) => ({ ...from, behind: open || undefined }));
  return (
    <>
      <Who
        tour={tour}
        customer={customer}
        choose={(id) => {
          setTook(undefined);
          change((from) => ({ ...from, customer: id, behind: undefined }));
        }}
      />
      <Trouble error={error} again={refetch} />
      {profile !== undefined && main !== undefined && (
        <>
          <Sum key={customer} profile={profile} main={main} open={() => look(true)} moved={moved} />
          <div className="tour-below">
            <Buy
              tour={tour}
              customer={customer}
              currency={profile.currency}
              took={took}
              clicked={() => {
                setTook(undefined);
                setClicked(performance.now());
              }}
            />
            <TakeBack tour={tour} />
          </div>
          {behind && <Orders customer={customer} attribute={main} close={() => look(false)} />}
        </>
      )}
    </>
  );
}
