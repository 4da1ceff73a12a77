// One entry of the catalogue: what it is called, what it says in a sentence, what it needs, and its lines.
import { useState } from 'react';
import type { ReadyShown } from '../../../api/types.gen';
import { useAddress } from '../../../app/address';
import { Copyable } from '../../../ui/Copy';
import { Begin } from '../../segments/Begin';
import { useAttributes } from '../api';
import { useSpeech as useSpeechOfAttributes } from '../speech';
import { told } from '../telling';
import { freeName } from './chosen';
import { useSpeech } from './speech';

interface Props {
  one: ReadyShown;
  picked: boolean;
  pick: () => void;
  add: (() => void) | null;
}

export function Entry({ one, picked, pick, add }: Props) {
  const { words: w, label, described } = useSpeech();
  const { words: ofAttributes } = useSpeechOfAttributes();
  const [open, setOpen] = useState(false);
  const called = label(one);
  const events = one.sentence?.event?.map((which) => which.name ?? ofAttributes.types[which.type ?? 'track']) ?? [];
  const over = events.length === 0 ? '' : ` ${ofAttributes.overEvents} ${events.join(` ${ofAttributes.or} `)}`;
  const says = one.kind === 'segment' ? `${w.where} ${one.where}` : `${told(one.sentence, ofAttributes)}${over}`;
  const lacking = one.needs.filter((need) => !need.there);
  const trained = one.needs.filter((need) => need.trains);
  const filled = [w.isFilled, ...trained.map((need) => w.by(need.text))].join(', ');
  return (
    <li className="ready-entry" data-entry={one.name}>
      {add !== null && (
        <input type="checkbox" aria-label={w.choose(called)} checked={picked} disabled={one.taken} onChange={pick} />
      )}
      <div>
        <h3>
          {called} <code className="quiet">{one.name}</code>
          {one.taken && <span className="badge">{one.same ? w.there : `${w.there}; ${w.differs}`}</span>}
        </h3>
        <p>{described(one)}</p>
        <p className={one.fills ? 'ready-fills' : 'ready-lacks'}>
          {one.fills ? filled : `${w.needs} ${lacking.map((need) => need.text).join('; ')}`}
        </p>
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{says}</summary>
          {open && <Copyable text={one.text} />}
        </details>
      </div>
      {add !== null && (
        <div className="ready-ways">
          {!one.taken && (
            <button type="button" onClick={add} aria-label={w.addNamed(called)}>
              {w.add}
            </button>
          )}
          {one.kind === 'attribute' ? <CopyOf one={one} called={called} /> : <Begin one={one} />}
        </div>
      )}
    </li>
  );
}

/** Opens the builder with what the entry says, under a name that is free. */
function CopyOf({ one, called }: { one: ReadyShown; called: string }) {
  const { words: w } = useSpeech();
  const [, change] = useAddress();
  const { data } = useAttributes();
  const taken = [...(data?.attributes ?? []), ...(data?.removed ?? [])].map(({ name }) => name);
  const go = () => change(() => ({ attribute: freeName(one.name, taken), ready: one.name }));
  return (
    <button type="button" disabled={data === undefined} onClick={go} aria-label={w.copyNamed(called)}>
      {w.copy}
    </button>
  );
}
