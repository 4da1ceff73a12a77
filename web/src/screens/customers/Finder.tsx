// The search: one field, and who fits what is typed; before that, who was active lately.
import { useEffect, useId, useRef, useState } from 'react';
import { Empty } from '../../ui/Empty';
import { Trouble } from '../../ui/Trouble';
import { type Found, useSearch } from './api';
import { written } from './figures';
import { useSpeech } from './speech';

interface Props {
  typed: string;
  type: (text: string) => void;
  open: (address: string) => void;
}

const PAUSE = 120;

export function Finder({ typed, type, open }: Props) {
  const speech = useSpeech();
  const { words: w, label } = speech;
  const [text, setText] = useState(typed);
  const told = useRef(typed);
  const field = useId();
  useEffect(() => {
    if (typed !== told.current) {
      told.current = typed; // somebody went back in the browser's history
      setText(typed);
    }
  }, [typed]);
  useEffect(() => {
    if (text === told.current) return;
    const waiting = setTimeout(() => {
      told.current = text;
      type(text);
    }, PAUSE);
    return () => clearTimeout(waiting);
  }, [text, type]);
  const { data, error, refetch, isPlaceholderData } = useSearch(typed);
  const people = data?.customers ?? [];
  const [entered, setEntered] = useState(false);
  const first = data === undefined || isPlaceholderData || text !== typed ? undefined : data.customers[0];
  useEffect(() => {
    // Whoever is quicker than the answer is led on when it comes.
    if (entered && first !== undefined) open(first.address);
  }, [entered, first, open]);
  const personal = (data?.traits.length ?? 0) > 0;
  return (
    <div className="finder">
      <label className="finder-label" htmlFor={field}>
        {w.search}
      </label>
      <input
        id={field}
        className="finder-field"
        type="search"
        value={text}
        maxLength={256}
        autoComplete="off"
        spellCheck={false}
        placeholder={personal ? w.searchHint : w.searchHintIds}
        onChange={(event) => {
          setEntered(false);
          setText(event.target.value);
        }}
        onKeyDown={(event) => setEntered(event.key === 'Enter')}
      />
      <Trouble error={error} again={refetch} />
      {data !== undefined && (
        <>
          <p className="finder-told" role="status">
            {typed === ''
              ? data.known !== null && speech.plural(data.known, w.known)
              : people.length > 0 && speech.plural(people.length, w.results)}
            {data.more && ` · ${w.more}`}
          </p>
          {people.length > 0 ? (
            <>
              {typed === '' && <h2 className="finder-head">{w.lately}</h2>}
              <Results people={people} figures={data.figures} traits={data.traits} open={open} />
            </>
          ) : (
            <Empty title={typed === '' ? w.none : w.nobody}>
              {typed === ''
                ? w.noneHint
                : personal
                  ? `${w.nobodyHint} ${data.traits.map(label).join(', ')}`
                  : w.nobodyIds}
            </Empty>
          )}
        </>
      )}
    </div>
  );
}

interface ResultsProps {
  people: Found[];
  figures: { name: string; label: Record<string, string> }[];
  traits: { name: string; label: Record<string, string> }[];
  open: (address: string) => void;
}

function Results({ people, figures, traits, open }: ResultsProps) {
  const speech = useSpeech();
  const { words: w, label } = speech;
  const shown = traits.filter((trait) => people.some((one) => one.naming[trait.name] !== undefined));
  const named = new Map(traits.map((trait) => [trait.name, label(trait)]));
  return (
    <div className="table-box finder-results">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{w.customer}</th>
            {shown.map((trait) => (
              <th key={trait.name} scope="col">
                {label(trait)}
              </th>
            ))}
            {figures.map((figure) => (
              <th key={figure.name} scope="col" className="number">
                {label(figure)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {people.map((one) => (
            <tr key={one.address}>
              <th scope="row">
                <button type="button" className="link" dir="auto" onClick={() => open(one.address)}>
                  {one.customer_id}
                </button>
                {one.anonymous && <span className="badge">{w.anonymous}</span>}
                {one.by !== 'id' && (
                  <span className="quiet found-by">
                    {w.by} {one.by === 'linked id' ? w.byLinked : (named.get(one.by) ?? one.by)}
                    {one.by === 'linked id' && (
                      <>
                        {' '}
                        <bdi>{one.text}</bdi>
                      </>
                    )}
                  </span>
                )}
              </th>
              {shown.map((trait) => (
                <td key={trait.name} dir="auto">
                  {written(one.naming[trait.name], 'text', speech)}
                </td>
              ))}
              {figures.map((figure) => (
                <td key={figure.name} className="number">
                  {written(one.values[figure.name], one.measures[figure.name] ?? 'text', speech)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
