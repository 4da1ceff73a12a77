// How an attribute spreads over the members: bars of their shares, with a line where all customers lie.
import type { SpreadOf } from '../../api/types.gen';
import { type Mark, Spread, SpreadLegend } from '../../charts/Spread';
import { rangeOf, useSpeech, written } from './speech';

export function SpreadChart({ spread }: { spread: SpreadOf }) {
  const speech = useSpeech();
  const { words: w, label, percent } = speech;
  const name = label({ name: spread.attribute, label: spread.label });
  const say = (value: SpreadOf['least']) => written(value, spread.measure, speech);
  const share = (count: number, of: number) => (of === 0 ? 0 : count / of);
  const mark = (key: string, named: string, { members, everybody }: { members: number; everybody: number }): Mark => {
    const [size, beside] = [share(members, spread.members), share(everybody, spread.everybody)];
    const says = w.barSays(named, percent(size), percent(beside));
    return { key, name: named, says, size, beside, count: members, besides: everybody, shown: percent(size) };
  };
  if (spread.kind === 'nothing' || spread.everybody === 0) return <p className="quiet">{w.noValues}</p>;
  const ordered = spread.bars.length > 0;
  const marks = ordered
    ? spread.bars.map((one, place) => mark(String(place), rangeOf(one, say, w), one))
    : spread.tops.map((one) => mark(String(one.value), say(one.value), one));
  return (
    <div className="spread">
      <Spread marks={marks} label={w.chart(name)} ends={ordered ? [say(spread.least), say(spread.greatest)] : null} />
      <SpreadLegend own={w.here} beside={w.all} />
      {spread.middle !== null && spread.middle_everybody !== null && (
        <p className="quiet">{w.middles(say(spread.middle), say(spread.middle_everybody))}</p>
      )}
    </div>
  );
}
