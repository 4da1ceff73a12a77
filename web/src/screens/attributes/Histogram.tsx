// How values spread over customers: what they would be, with a mark where they are now.
import type { SpreadShown } from '../../api/types.gen';
import { type Mark, Spread, SpreadLegend } from '../../charts/Spread';
import { rangeOf, useSpeech, type Value, written } from './speech';

export function Histogram({ spread, old }: { spread: SpreadShown; old: boolean }) {
  const speech = useSpeech();
  const { words: w, number } = speech;
  const { bins, tops, measure } = spread;
  const say = (value: Value) => written(value, measure, speech);
  const mark = (key: Value, name: string, { count, before }: { count: number; before: number }): Mark => ({
    key: String(key),
    name,
    says: `${name}: ${number(count)}${old ? ` (${w.now} ${number(before)})` : ''}`,
    size: count,
    beside: old ? before : null,
    count,
    besides: before,
    shown: number(count),
  });
  const marks =
    bins.length > 0
      ? bins.map((one) => mark(one.low, rangeOf(one, say, w), one))
      : tops.map((one) => mark(one.value, say(one.value), one));
  return (
    <>
      <Spread marks={marks} label={w.chart} ends={bins.length > 0 ? [say(spread.least), say(spread.greatest)] : null} />
      {bins.length === 0 && spread.other > 0 && <p className="quiet">{w.others(number(spread.other))}</p>}
      {old && <SpreadLegend own={w.afterwards} beside={w.now} />}
    </>
  );
}
