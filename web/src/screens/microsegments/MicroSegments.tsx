// The explorer of micro-segments: a map of all of them, one from near, two side by side, and who moved between days.
import './microsegments.css';
import { useAddress } from '../../app/address';
import { Parts } from '../../app/Parts';
import { Way } from '../../app/Way';
import { Copyable } from '../../ui/Copy';
import { Empty } from '../../ui/Empty';
import { Trouble } from '../../ui/Trouble';
import { useAll, useFollowed } from './api';
import { Explored } from './Explored';
import { Moves } from './Moves';
import { useSpeech } from './speech';

const PARTS = ['map', 'moves'] as const;
const ADD = 'hf catalogue micro_segment --add\nhf apply\nhf batch';

export default function MicroSegments() {
  const { words: w, number, time, plural } = useSpeech();
  const [search] = useAddress();
  const part = PARTS.find((name) => name === search.part) ?? 'map';
  const { data: told, error, refetch } = useAll();
  useFollowed();
  return (
    <>
      <header className="micro-head">
        <h1>{w.title}</h1>
        <p className="quiet">
          {told?.as_of == null
            ? w.intro
            : w.told(number(told.micro_segments.length), number(told.customers), time(told.as_of))}
        </p>
        {told?.trained != null && told.as_of != null && <p className="quiet">{w.learnt(time(told.trained))}</p>}
        {told !== undefined && told.nowhere > 0 && <p className="quiet">{plural(told.nowhere, w.nowhere)}</p>}
      </header>
      {told === undefined && <Trouble error={error} again={refetch} />}
      {told !== undefined && told.as_of === null && (
        <Empty title={w.none}>
          {told.why !== null && <p>{told.why}</p>}
          {told.attribute === null && (
            <>
              <p>{w.noneHow}</p>
              <Copyable text={ADD} />
              <p>{w.noneThen}</p>
              <Way to="/attributes">{w.toAttributes}</Way>
            </>
          )}
        </Empty>
      )}
      {told !== undefined && told.as_of !== null && (
        <>
          <Parts
            label={w.title}
            className="tabs"
            to="/micro-segments"
            by="part"
            parts={PARTS}
            called={w.parts}
            chosen={part}
          />
          {part === 'map' ? <Explored told={told} /> : <Moves told={told} />}
        </>
      )}
    </>
  );
}
