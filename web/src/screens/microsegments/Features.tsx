// Feature by feature: the mean of one micro-segment, of another, of everybody, and how their customers lie.
import { Beside } from '../../charts/Beside';
import { Table } from '../../ui/Table';
import type { Distribution, MicroSegment, MicroSegmentShown } from './api';
import { useSpeech } from './speech';
import { written } from './told';

export function Features({ near, other }: { near: MicroSegmentShown; other: MicroSegment | null }) {
  const speech = useSpeech();
  const { words: w, language, label } = speech;
  const name = (one: MicroSegment) => one.name[language] ?? one.id;
  const two = other === null ? [] : [{ text: name(other), number: true }];
  return (
    <Table
      className="table micro-features"
      heads={[
        w.feature,
        { text: name(near.micro_segment), number: true },
        ...two,
        { text: w.everybody, number: true },
        w.spread,
      ]}
    >
      <tbody>
        {near.features.map((one) => {
          const { role, attribute, unit, layer, everybody } = one.feature;
          const called = label({ name: attribute, label: one.feature.label });
          return (
            <tr key={role} data-feature={role}>
              <th scope="row">
                {called} <span className="quiet micro-layer">{w.layers[layer] ?? layer}</span>
              </th>
              <td className="number micro-first">{written(near.micro_segment.means[role], unit, speech)}</td>
              {other !== null && <td className="number micro-second">{written(other.means[role], unit, speech)}</td>}
              <td className="number">{written(everybody, unit, speech)}</td>
              <td>
                <Lying of={one} called={called} two={other !== null} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </Table>
  );
}

function Lying({ of, called, two }: { of: Distribution; called: string; two: boolean }) {
  const speech = useSpeech();
  const { words: w, percent } = speech;
  if (of.own === null) return <>–</>;
  const [own, all] = [of.own.shares, of.everybody.shares];
  const other = two ? (of.other?.shares ?? all.map(() => 0)) : undefined;
  const say = (place: number) => {
    const range = w.between(...(edges(place) as [string, string]));
    const [one, every] = [percent(own[place] ?? 0), percent(all[place] ?? 0)];
    return other === undefined ? w.bar(range, one, every) : w.barTwo(range, one, percent(other[place] ?? 0), every);
  };
  const edges = (place: number) => [place, place + 1].map((edge) => written(of.edges[edge], of.feature.unit, speech));
  return (
    <Beside
      label={two ? w.spreadTwo(called) : w.spreadOf(called)}
      own={own}
      everybody={all}
      {...(other === undefined ? {} : { other })}
      say={say}
    />
  );
}
