// What other currencies are worth: each in short, one day by day, and the change of them.
import { useEffect, useState } from 'react';
import { Select } from '../../ui/Field';
import { Table } from '../../ui/Table';
import { Trouble } from '../../ui/Trouble';
import { type RatesWanted, useCountedAnew, useRates, type WorkspaceSettings } from './api';
import { ChangeRates } from './ChangeRates';
import { useSpeech } from './speech';

const SHOWN = 31;

export function Rates({ said, admin }: { said: WorkspaceSettings; admin: boolean }) {
  const { words, number, date } = useSpeech();
  const w = words.rates;
  const codes = said.rates.map((one) => one.currency);
  const [chosen, choose] = useState('');
  const [all, setAll] = useState(false);
  const [gone, setGone] = useState<RatesWanted['lines'][number] | null>(null);
  const currency = codes.includes(chosen) ? chosen : (codes[0] ?? '');
  const { data, error, refetch } = useRates(currency);
  const countedAnew = useCountedAnew();
  const counted = data?.counts === true ? data.version : undefined;
  useEffect(() => {
    // The short table tells the rates that count, which are others from now on.
    if (counted !== undefined) countedAnew();
  }, [counted, countedAnew]);
  const lines = data?.lines.filter((one) => one.currency === currency) ?? [];
  return (
    <section className="settings-rates" aria-label={w.title}>
      <h3>{w.title}</h3>
      <p>{w.intro(said.currency)}</p>
      <Trouble error={error} again={refetch} />
      <p role="status" className={data?.counts === false ? 'notice' : 'hidden'}>
        {data?.counts === false && w.counting}
      </p>
      {codes.length === 0 ? (
        <p>{w.none}</p>
      ) : (
        <Table
          heads={[
            words.workspace.currency,
            { text: said.currency, number: true },
            w.firstDay,
            w.lastDay,
            { text: w.days, number: true },
          ]}
        >
          <tbody>
            {said.rates.map((rate) => (
              <tr key={rate.currency}>
                <th scope="row">{w.latest(rate.currency)}</th>
                <td className="number">{number(Number(rate.last_rate), 9)}</td>
                <td>{date(rate.first_day)}</td>
                <td>{date(rate.last_day)}</td>
                <td className="number">{number(rate.days)}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      {admin && data !== undefined && (
        <ChangeRates version={data.version ?? null} gone={gone} done={() => setGone(null)} again={refetch} />
      )}
      {!admin && <p className="quiet">{w.admins}</p>}
      {codes.length > 0 && (
        <>
          <Select label={w.dayByDay} value={currency} put={choose}>
            {codes.map((code) => (
              <option key={code}>{code}</option>
            ))}
          </Select>
          <Table
            heads={[
              w.from,
              { text: `1 ${currency} = ${said.currency}`, number: true },
              ...(admin ? [{ text: w.remove, hidden: true }] : []),
            ]}
          >
            <tbody>
              {lines.slice(0, all ? undefined : SHOWN).map((line) => (
                <tr key={line.day}>
                  <th scope="row">{date(line.day)}</th>
                  <td className="number">{number(Number(line.rate), 9)}</td>
                  {admin && (
                    <td>
                      <div className="row-actions">
                        <button
                          type="button"
                          aria-haspopup="dialog"
                          aria-label={w.removeOf(currency, date(line.day))}
                          onClick={() => setGone({ ...line, rate: null })}
                        >
                          {w.remove}
                        </button>
                      </div>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </Table>
          {!all && lines.length > SHOWN && (
            <button type="button" onClick={() => setAll(true)}>
              {w.all(number(lines.length))}
            </button>
          )}
        </>
      )}
    </section>
  );
}
