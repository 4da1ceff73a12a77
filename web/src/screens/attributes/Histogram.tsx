// How values spread over customers: bars of what they would be, with a mark where they are now.
import { scaleLinear } from 'd3-scale';
import type { SpreadShown } from '../../api/types.gen';
import { useSpeech, type Value, written } from './speech';

const WIDTH = 440;
const HEIGHT = 130;
const LINE = 24;

export function Histogram({ spread, old }: { spread: SpreadShown; old: boolean }) {
  return (
    <>
      {spread.bins.length > 0 ? <Bins spread={spread} old={old} /> : <Tops spread={spread} old={old} />}
      {old && <Legend />}
    </>
  );
}

function Legend() {
  const { words: w } = useSpeech();
  return (
    <p className="legend">
      <span>
        <svg viewBox="0 0 16 11" aria-hidden="true">
          <line className="now" x1={0} x2={16} y1={6} y2={6} />
        </svg>
        {w.now}
      </span>
      <span>
        <svg viewBox="0 0 16 11" aria-hidden="true">
          <rect className="then" width={16} height={11} />
        </svg>
        {w.afterwards}
      </span>
    </p>
  );
}

function Bins({ spread, old }: { spread: SpreadShown; old: boolean }) {
  const speech = useSpeech();
  const { words: w, number } = speech;
  const { bins, measure } = spread;
  const most = Math.max(1, ...bins.map((one) => Math.max(one.count, old ? one.before : 0)));
  const y = scaleLinear([0, most], [HEIGHT, 0]);
  const wide = WIDTH / bins.length;
  const say = (value: Value) => written(value, measure, speech);
  const range = ({ low, high }: { low: Value; high: Value }) =>
    low === null ? w.below(say(high)) : high === null ? w.from(say(low)) : w.between(say(low), say(high));
  return (
    <svg className="histogram" viewBox={`0 0 ${WIDTH} ${HEIGHT + 20}`} role="img" aria-label={w.chart}>
      {bins.map((one, place) => (
        <g key={String(one.low)} data-count={one.count} data-before={one.before}>
          <title>{`${range(one)}: ${number(one.count)}${old ? ` (${w.now} ${number(one.before)})` : ''}`}</title>
          <rect
            className="then"
            x={place * wide + 1}
            y={y(one.count)}
            width={Math.max(1, wide - 2)}
            height={HEIGHT - y(one.count)}
          />
          {old && one.before > 0 && (
            <line className="now" x1={place * wide} x2={(place + 1) * wide} y1={y(one.before)} y2={y(one.before)} />
          )}
        </g>
      ))}
      <line className="axis" x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
      <text x={0} y={HEIGHT + 15}>
        {say(spread.least)}
      </text>
      <text x={WIDTH} y={HEIGHT + 15} textAnchor="end">
        {say(spread.greatest)}
      </text>
    </svg>
  );
}

function Tops({ spread, old }: { spread: SpreadShown; old: boolean }) {
  const speech = useSpeech();
  const { words: w, number } = speech;
  const most = Math.max(1, ...spread.tops.map((one) => Math.max(one.count, one.before)));
  const x = scaleLinear([0, most], [0, WIDTH / 2]);
  const cut = (text: string) => (text.length > 26 ? `${text.slice(0, 25)}…` : text);
  return (
    <>
      <svg className="histogram" viewBox={`0 0 ${WIDTH} ${spread.tops.length * LINE}`} role="img" aria-label={w.chart}>
        {spread.tops.map((one, place) => (
          <g key={String(one.value)} data-count={one.count} data-before={one.before}>
            <title>{`${written(one.value, spread.measure, speech)}: ${number(one.count)}`}</title>
            <text x={0} y={place * LINE + 16}>
              {cut(written(one.value, spread.measure, speech))}
            </text>
            <rect className="then" x={WIDTH / 2 - 50} y={place * LINE + 4} width={x(one.count)} height={LINE - 8} />
            {old && one.before > 0 && (
              <line
                className="now"
                x1={WIDTH / 2 - 50 + x(one.before)}
                x2={WIDTH / 2 - 50 + x(one.before)}
                y1={place * LINE + 2}
                y2={place * LINE + LINE - 2}
              />
            )}
            <text x={WIDTH} y={place * LINE + 16} textAnchor="end">
              {number(one.count)}
            </text>
          </g>
        ))}
      </svg>
      {spread.other > 0 && <p className="quiet">{w.others(number(spread.other))}</p>}
    </>
  );
}
