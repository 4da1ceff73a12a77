// An attribute in one line, to be read: what is taken, of what, over which events, when and where.
import type { Operand } from '../../api/types.gen';
import type { Condition, Sentence } from './api';
import { groupOf } from './groups';
import { shown } from './operands';
import type { words } from './words';

type Words = (typeof words)['en'];

/** The sentence as one line; without its events where the reader looks at one already. */
export function told(sentence: Sentence | null, w: Words): string {
  if (sentence === null) return '';
  if (sentence.kind === 'formula') return String(sentence.formula ?? '');
  if (sentence.kind === 'model') return model(sentence);
  if (sentence.kind === 'trait') return `${w.theNewest} ${sentence.trait ?? ''}`;
  const { aggregate, value, by, each, window, zone, where, k, q, of } = sentence;
  const parameter = k ?? q ?? of ?? (aggregate === 'share' ? w.favourite : null);
  return [
    sentence.kind === 'foreign' ? `${w.valueOf} ${sentence.foreign} ${w.andThen}` : '',
    (w.aggregates as Record<string, string>)[aggregate ?? ''] ?? aggregate,
    parameter == null ? '' : `(${parameter})`,
    value == null ? '' : `${w.ofValue} ${shown(value)}`,
    by == null ? '' : `${w.by} ${by}`,
    each == null ? '' : w.inLineOf(each),
    where == null ? '' : `${w.where} ${condition(where, w)}`,
    window == null ? '' : w.windows[window.kind].replaceAll('N', String(window.n ?? 1)),
    zone === 'customer' ? w.zones.customer : '',
  ]
    .filter((one) => one !== '')
    .join(' ');
}

function condition(one: Condition, w: Words): string {
  if (one.kind === 'written') return one.text;
  if (one.kind === 'row') {
    const right = (one.right ?? []).map((operand) => compared(operand, w)).join(', ');
    return `${shown(one.left)} ${w.tests[one.test]} ${right}`.trimEnd();
  }
  const group = groupOf(one);
  if (group === null) return '';
  const { how, parts } = group;
  const joined = how === 'any' || how === 'none' ? w.or : w.and;
  const said = parts
    .map((part) => (groupOf(part) === null ? condition(part, w) : `(${condition(part, w)})`))
    .join(` ${joined} `);
  return how === 'none' || how === 'not all' ? `${w.not} (${said})` : said;
}

function compared(one: Operand, w: Words): string {
  if (one.kind === 'boolean') return one.value === true ? w.yes : w.no;
  if (one.kind === 'null') return w.operands.null;
  return one.kind === 'text' ? `“${shown(one)}”` : shown(one);
}

function model({ model, inputs }: Sentence): string {
  const taken = Object.entries(inputs ?? {}).map(([role, attribute]) => `${role}: ${attribute}`);
  return `${model ?? ''} (${taken.join(', ')})`;
}
