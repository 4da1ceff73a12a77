// A rate is entered or taken away, or a file of rates is chosen; what would change is shown before it is written.
import { useEffect, useState } from 'react';
import { Problem } from '../../app/client';
import { Dialog } from '../../ui/Dialog';
import { DropArea } from '../../ui/Drop';
import { TextField } from '../../ui/Field';
import { Table } from '../../ui/Table';
import { Trouble } from '../../ui/Trouble';
import { type RateLine, type RatesWanted, useChangeRates, useTryRates } from './api';
import { useSpeech } from './speech';

interface Props {
  /** The version of the rates that are shown. */
  version: string | null;
  /** A line that is to be taken away. */
  gone: RateLine | null;
  done: () => void;
  again: () => Promise<unknown>;
}

type Change = Omit<RatesWanted, 'version'>;

export function ChangeRates({ version, gone, done, again }: Props) {
  const { words } = useSpeech();
  const w = words.rates;
  const [currency, setCurrency] = useState('');
  const [day, setDay] = useState('');
  const [rate, setRate] = useState('');
  const [wanted, setWanted] = useState<Change | null>(null);
  const change = gone === null ? wanted : { lines: [gone], table: null };
  const close = () => {
    setWanted(null);
    done();
  };
  const written = () => {
    if (wanted !== null) for (const put of [setCurrency, setDay, setRate]) put('');
    close();
  };
  const take = (chosen: File) => void chosen.text().then((table) => setWanted({ lines: [], table }));
  return (
    <>
      <div className="rates-change">
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            setWanted({ lines: [{ currency, day, rate: rate.trim().replace(',', '.') }], table: null });
          }}
        >
          <h4>{w.enter}</h4>
          <TextField label={w.currency} value={currency} put={setCurrency} required maxLength={3} />
          <TextField label={w.from} hint={w.fromHint} type="date" value={day} put={setDay} required />
          <TextField label={w.rate} hint={w.rateHint} inputMode="decimal" value={rate} put={setRate} required />
          <div className="form-foot">
            <button type="submit" className="primary">
              {w.look}
            </button>
          </div>
        </form>
        <DropArea label={w.drop} choose={w.choose} accept=".csv" take={take} title={<h4>{w.drop}</h4>}>
          <p className="quiet">{w.dropHint}</p>
        </DropArea>
      </div>
      {change !== null && <Looked change={{ ...change, version }} close={close} written={written} again={again} />}
    </>
  );
}

interface Look {
  change: RatesWanted;
  close: () => void;
  written: () => void;
  again: () => Promise<unknown>;
}

/** What a change would do, and the button that does it. */
function Looked({ change, close, written, again }: Look) {
  const { words, number, date } = useSpeech();
  const w = words.rates;
  const tried = useTryRates();
  const write = useChangeRates();
  const [looking, setLooking] = useState(false);
  const asked = JSON.stringify(change);
  const { mutate } = tried;
  useEffect(() => mutate(JSON.parse(asked)), [mutate, asked]);
  const error = tried.error ?? write.error;
  const late = error instanceof Problem && error.code === 'changed_meanwhile';
  const told = tried.data;
  const said = (text: string | null | undefined) => (text == null ? words.none : number(Number(text), 9));
  const some = told !== undefined && told.changes.length > 0;
  return (
    <Dialog title={w.changes} close={close}>
      <Trouble error={error} />
      {told !== undefined && <p>{some ? w.told(told.added, told.corrected, told.removed) : w.same}</p>}
      {some && (
        <>
          <Table
            heads={[
              w.currency,
              w.from,
              { text: words.changes.before, number: true },
              { text: words.changes.after, number: true },
            ]}
          >
            <tbody>
              {told.changes.map((one) => (
                <tr key={`${one.currency} ${one.day}`}>
                  <th scope="row">{one.currency}</th>
                  <td>{date(one.day)}</td>
                  <td className="number">{said(one.before)}</td>
                  <td className="number">{said(one.after)}</td>
                </tr>
              ))}
            </tbody>
          </Table>
          <p className="hint">{w.effect}</p>
        </>
      )}
      <div className="dialog-foot">
        <button type="button" onClick={close}>
          {words.cancel}
        </button>
        {late && (
          <button
            type="button"
            disabled={looking}
            onClick={() => {
              setLooking(true);
              void again().then(() => {
                setLooking(false);
                write.reset();
              });
            }}
          >
            {w.lookAgain}
          </button>
        )}
        {some && !late && (
          <button
            type="button"
            className="primary"
            disabled={write.isPending}
            onClick={() => write.mutate(change, { onSuccess: written })}
          >
            {w.write}
          </button>
        )}
      </div>
    </Dialog>
  );
}
