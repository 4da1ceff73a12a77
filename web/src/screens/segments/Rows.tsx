// The condition as rows: what must all be true, and in each of these what is enough instead.
import type { SegmentTried } from '../../api/types.gen';
import { OneLine } from './OneLine';
import { type Condition, conditionOf, type Group, groupsOf, type Line } from './rows';
import { useSpeech } from './speech';
import { type Family, firstOf, type Known, namesOf } from './vocabulary';

interface Props {
  /** The segment's own name, which its condition cannot have. */
  name: string;
  where: Condition | null;
  known: Known;
  put: (where: Condition | null) => void;
  /** How many each group lets through alone. */
  parts: SegmentTried['parts'];
  may: boolean;
}

export function Rows({ name, where, known, put, parts, may }: Props) {
  const { words: w, number } = useSpeech();
  const groups = groupsOf(where);
  const said = groups.flat();
  const change = (place: number, group: Group) => put(conditionOf(groups.with(place, group)));
  const counted = parts?.length === groups.length && groups.length > 1 ? parts : null;
  return (
    <fieldset className="card rows" disabled={!may}>
      <legend className="hidden">{w.rows}</legend>
      <p>{w.everybody}</p>
      <ol>
        {[...groups.entries()].map(([place, group]) => (
          <li key={place}>
            {place > 0 && <span className="joins">{w.and}</span>}
            <div className="alternatives">
              {[...group.entries()].map(([row, line]) => (
                <OneLine
                  key={row}
                  line={line}
                  known={known}
                  first={row === 0}
                  put={(said) => change(place, said === null ? group.toSpliced(row, 1) : group.with(row, said))}
                  name={name}
                />
              ))}
              <div className="line-foot">
                <Adding
                  says={w.alternative}
                  label={w.alternativeTo}
                  known={known}
                  name={name}
                  add={(line) => change(place, [...group, line])}
                />
                {counted?.[place] !== undefined && (
                  <span className="quiet number" data-alone={counted[place].count}>
                    {w.alone(number(counted[place].count))}
                  </span>
                )}
              </div>
            </div>
          </li>
        ))}
      </ol>
      <fieldset className="adds" aria-label={w.addTo}>
        {groups.length > 0 && <span className="joins">{w.and}</span>}
        {FAMILIES.filter((family) => namesOf(family, known, name).length > 0).map((family) => (
          <button
            key={family}
            type="button"
            className={`adding family-${family}`}
            onClick={() => {
              const [one] = namesOf(family, known, name);
              if (one !== undefined) put(conditionOf([...groups, [firstOf(one, known)]]));
            }}
          >
            {w[ADDS[family]]}
          </button>
        ))}
      </fieldset>
      {said.some((line) => line.kind === 'said' && line.way !== null) && <p className="quiet">{w.recorded}</p>}
      {said.some((line) => line.kind === 'other') && <p className="quiet">{w.unsaid}</p>}
    </fieldset>
  );
}

const FAMILIES: Family[] = ['did', 'is', 'predicted', 'segment'];
const ADDS = { did: 'addDid', is: 'addIs', predicted: 'addPredicted', segment: 'addSegment' } as const;

interface AddingProps {
  says: string;
  label: string;
  known: Known;
  name: string;
  add: (line: Line) => void;
}

/** One more condition, of the family that is chosen. */
function Adding({ says, label, known, name, add }: AddingProps) {
  const { words: w } = useSpeech();
  const choose = (family: Family) => {
    const [one] = namesOf(family, known, name);
    if (one !== undefined) add(firstOf(one, known));
  };
  return (
    <select className="adding" aria-label={label} value="" onChange={(event) => choose(event.target.value as Family)}>
      <option value="">{says}</option>
      {FAMILIES.filter((family) => namesOf(family, known, name).length > 0).map((family) => (
        <option key={family} value={family}>
          {w[ADDS[family]]}
        </option>
      ))}
    </select>
  );
}
