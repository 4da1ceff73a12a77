// The map of all micro-segments, beside it the one that was chosen, or how alike customers are.
import { useCallback } from 'react';
import { useAddress } from '../../app/address';
import { heat, hue, STEPS, steps } from '../../charts/hues';
import { Swatch } from '../../charts/Swatch';
import { type Tile, Treemap } from '../../charts/Treemap';
import { Select } from '../../ui/Field';
import type { MicroSegment, MicroSegments } from './api';
import { One } from './One';
import { Overview } from './Overview';
import { useSpeech } from './speech';
import { within, written } from './told';

const SIZES = ['customers', 'spent'] as const;
const STAGE = 'stage';
const STEPPED = Array.from({ length: STEPS }, (_, step) => step);

export function Explored({ told }: { told: MicroSegments }) {
  const speech = useSpeech();
  const { words: w, language, label, number, money, percent } = speech;
  const [search, setSearch] = useAddress();
  const all = told.micro_segments;
  const size = SIZES.find((name) => name === search.size) ?? 'customers';
  const by = told.features.find(({ role }) => role === search.colour);
  const chosen = all.find(({ id }) => id === search.id) ?? null;
  const open = useCallback((id: string) => setSearch((from) => ({ ...from, id })), [setSearch]);
  const put = (name: string, value: string) => setSearch((from) => ({ ...from, [name]: value }), true);

  const mean = (one: MicroSegment) => (by === undefined ? null : (one.means[by.role] ?? null));
  const begins = steps(all.map(mean).filter((value) => value !== null));
  const stages = Object.entries(told.stages).map(([part, names]) => ({
    part,
    called: names[language] ?? part,
    colour: hue(part),
  }));
  const tiles: Tile[] = all.map((one) => {
    const [name, spent] = [one.name[language] ?? one.id, money(one.sums.spent ?? 0)];
    return {
      id: one.id,
      part: one.stage,
      size: size === 'spent' ? Math.max(0, one.sums.spent ?? 0) : one.customers,
      lines: [within(name), size === 'spent' ? spent : number(one.customers), percent(one.share)],
      says: w.tile(name, number(one.customers), percent(one.share), spent),
      colour: by === undefined ? hue(one.stage) : heat(mean(one), begins),
    };
  });
  return (
    <div className="micro">
      <section className="card micro-map" aria-label={w.parts.map}>
        <div className="micro-choices">
          <Select label={w.size} value={size} put={(value) => put('size', value)}>
            {SIZES.map((name) => (
              <option key={name} value={name}>
                {w.sizes[name]}
              </option>
            ))}
          </Select>
          <Select label={w.colour} value={by?.role ?? STAGE} put={(value) => put('colour', value)}>
            <option value={STAGE}>{w.stage}</option>
            {told.features.map((feature) => (
              <option key={feature.role} value={feature.role}>
                {w.mean(label({ name: feature.attribute, label: feature.label }))}
              </option>
            ))}
          </Select>
          <ul className="legend-row" data-legend={by?.role ?? STAGE}>
            {by === undefined
              ? stages.map(({ part, called, colour }) => (
                  <li key={part}>
                    <Swatch of={colour} />
                    {called}
                  </li>
                ))
              : STEPPED.map((step) => (
                  <li key={step}>
                    <Swatch of={`heat-${step}`} />
                    {step < STEPS - 1
                      ? w.upTo(written(begins[step], by.unit, speech))
                      : w.above(written(begins[step - 1], by.unit, speech))}
                  </li>
                ))}
          </ul>
        </div>
        <Treemap label={w.map} tiles={tiles} parts={stages} chosen={chosen?.id ?? null} open={open} />
      </section>
      {chosen === null ? <Overview told={told} open={open} /> : <One one={chosen} told={told} />}
    </div>
  );
}
