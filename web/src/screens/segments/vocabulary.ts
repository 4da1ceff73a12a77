// What a line may ask of an attribute, by the kinds that its values can have, and how that is said.
import type { Operand, ReadyShown, SegmentNamed, SegmentWord, SegmentWords } from '../../api/types.gen';
import type { Speech } from '../../app/speech';
import type { How, Said, Way } from './rows';
import { type Words, written } from './speech';

export type Family = SegmentWord['family'] | 'segment';
/** How a line asks, as a form offers it: of what is counted, having any and having none have words of their own. */
export type Offered = How | 'did' | 'did not';

export interface Known {
  words: Map<string, SegmentWord>;
  segments: Map<string, SegmentNamed>;
  /** What the catalogue has, which the workspace need not have. */
  ready: Map<string, SegmentNamed>;
}

export function knownOf(all: SegmentWords | undefined, ready: ReadyShown[] = []): Known {
  return {
    words: new Map((all?.attributes ?? []).map((one) => [one.name, one])),
    segments: new Map((all?.segments ?? []).map((one) => [one.name, one])),
    ready: new Map(ready.map((one) => [one.name, one])),
  };
}

/** What a name stands for, as far as it has a title. */
export const titled = (name: string, { words, segments, ready }: Known): SegmentNamed =>
  words.get(name) ?? segments.get(name) ?? ready.get(name) ?? { name, label: {} };

export const familyOf = ({ name, way }: Said, { words, segments }: Known): Family =>
  way !== null || segments.has(name) ? 'segment' : (words.get(name)?.family ?? 'is');

/** What a family has, the likeliest first: of what customers did, how often. */
export function namesOf(family: Family, known: Known, own: string): string[] {
  if (family === 'segment') return [...known.segments.keys()].filter((one) => one !== own);
  const all = [...known.words.values()].filter((word) => word.family === family);
  const likely = all.find((word) => word.aggregate === 'count' && word.window === null);
  return [...(likely === undefined ? [] : [likely]), ...all.filter((word) => word !== likely)].map((word) => word.name);
}

/** What a line's value is like: that of the attribute, or the time of a move; a segment itself has none. */
export const wordOf = ({ name, way }: Said, { words }: Known): SegmentWord | undefined =>
  way === null ? words.get(name) : MOMENT;

const MOMENT: SegmentWord = {
  ...{ name: '', label: {}, description: null, group: null, aggregate: null, events: [], window: null },
  ...{ family: 'did', kinds: ['time'], many: false, measure: 'time' },
};

/** What a line asks of a segment: who is in it or not, or who has come or gone. */
export const STANDINGS = ['yes', 'no', 'entered', 'left'] as const;
export type Standing = (typeof STANDINGS)[number];

export const standingOf = ({ how, way }: Said): Standing => way ?? (how === 'no' ? 'no' : 'yes');

/** The line with another standing; when somebody came or went stays as it was asked. */
export function standing(line: Said, wanted: Standing): Said {
  if (wanted === 'yes' || wanted === 'no') return { ...line, way: null, how: wanted, values: [] };
  const way: Way = wanted;
  return line.way === null ? asked({ ...line, way }, 'days <=', MOMENT) : { ...line, way };
}

export type Input = 'number' | 'days' | 'hours' | 'duration' | 'date' | 'text' | 'texts' | 'nothing';

const NUMBERS: How[] = ['>=', '>', '<=', '<', '=', '!='];
const TEXTS: How[] = ['=', '!=', 'in', 'not in', 'contains', 'lacks', 'begins', 'ends'];
const TIMES: How[] = ['days <=', 'days >', 'hours <', 'hours >=', '>=', '<'];
const IS: How[] = ['known', 'unknown'];

const only = (word: SegmentWord, kind: SegmentWord['kinds'][number]) =>
  word.kinds.length === 1 && word.kinds[0] === kind;
const isTime = (word: SegmentWord | undefined) => word !== undefined && only(word, 'time');
const isNumber = (word: SegmentWord | undefined) => word !== undefined && (only(word, 'number') || only(word, 'count'));
export const isCount = (word: SegmentWord | undefined) =>
  word !== undefined && only(word, 'count') && word.aggregate === 'count';

/** What may be asked of an attribute, of when somebody moved, or of a segment (no word). */
export function offered(word: SegmentWord | undefined): Offered[] {
  if (word === undefined) return ['yes', 'no'];
  if (word.many) return IS;
  if (isCount(word)) return ['did', 'did not', ...NUMBERS];
  if (isNumber(word)) return [...NUMBERS, ...IS];
  if (isTime(word)) return [...TIMES, ...IS];
  if (only(word, 'boolean')) return ['yes', 'no', ...IS];
  if (only(word, 'text')) return [...TEXTS, ...IS];
  return [...TEXTS, ...NUMBERS.slice(0, 4), 'yes', 'no', ...IS];
}

const number = (value: string): Operand => ({ kind: 'number', value });

/** What a line asks at first: of an attribute, or of a segment. */
export function firstOf(name: string, { words, segments }: Known): Said {
  const how = segments.has(name) ? 'yes' : (offered(words.get(name))[0] ?? 'yes');
  return asked({ kind: 'said', name, way: null, how: 'yes', values: [] }, how, words.get(name));
}

/** A line that asks otherwise; what it compared with stays where it fits. */
export function asked(line: Said, how: Offered, word: SegmentWord | undefined): Said {
  if (how === 'did') return { ...line, how: '>', values: [number('0')] };
  if (how === 'did not') return { ...line, how: '=', values: [number('0')] };
  const [wanted, before] = [inputOf(how, word), inputOf(line.how, word)];
  if (wanted === 'nothing') return { ...line, how, values: [] };
  if (wanted === 'texts') return { ...line, how, values: line.values.filter((one) => String(one.value ?? '') !== '') };
  const [first] = line.values;
  const zero = isCount(word) && String(first?.value) === '0';
  const keeps = first !== undefined && !zero && (wanted === before || (wanted === 'text' && before === 'texts'));
  return { ...line, how, values: [keeps ? first : beginning(wanted)] };
}

function beginning(input: Input): Operand {
  if (input === 'days') return number('30');
  if (input === 'hours') return number('24');
  if (input === 'duration') return number(String(30 * 86_400));
  if (input === 'date') return { kind: 'time', value: `${new Date().getFullYear()}-01-01` };
  return input === 'number' ? number('1') : { kind: 'text', value: '' };
}

/** With what a line compares. */
export function inputOf(how: Offered, word: SegmentWord | undefined): Input {
  if (['known', 'unknown', 'yes', 'no', 'did', 'did not'].includes(how)) return 'nothing';
  if (how.startsWith('days')) return 'days';
  if (how.startsWith('hours')) return 'hours';
  if (how === 'in' || how === 'not in') return 'texts';
  if (isTime(word)) return 'date';
  if (isNumber(word)) return word?.measure === 'duration' ? 'duration' : 'number';
  return 'text';
}

/** How a line asks, as a form offers it. */
export function howOf(line: Said, word: SegmentWord | undefined): Offered {
  const [value] = line.values;
  if (isCount(word) && value?.kind === 'number' && Number(value.value) === 0) {
    if (line.how === '>') return 'did';
    if (line.how === '=') return 'did not';
  }
  return line.how;
}

/** What a way to ask is called. */
export function called(how: Offered, word: SegmentWord | undefined, w: Words): string {
  const own = isCount(word) ? w.times : word === MOMENT ? w.moments : isTime(word) ? w.dates : {};
  return (own as Partial<Record<Offered, string>>)[how] ?? w.hows[how];
}

/** A line as it is read. */
export function toldLine(line: Said, known: Known, speech: Speech<Words>): string {
  const { words: w, label } = speech;
  const word = wordOf(line, known);
  const how = howOf(line, word);
  const name = label(titled(line.name, known));
  const input = inputOf(how, word);
  const values = line.values.map((one) => toldValue(one, input, word, speech));
  const value = input === 'nothing' ? '' : values.join(` ${w.or} `);
  const told = howTold(how, value, word, w).filter((one) => one !== '');
  if (familyOf(line, known) !== 'segment') return [name, ...told].join(' ');
  return [w.standings[standingOf(line)], name, ...(line.way === null ? [] : told)].join(' ');
}

function howTold(how: Offered, value: string, word: SegmentWord | undefined, w: Words): string[] {
  const says = called(how, word, w);
  if (how === 'days <=' || how === 'hours <') return [w.last(value, how === 'days <=' ? w.unit.days : w.unit.hours)];
  if (how === 'days >' || how === 'hours >=')
    return [w.ago(value, how === 'days >' ? w.unit.days : w.unit.hours, how === 'days >')];
  if (isCount(word) && value !== '') return [says, value, w.unit.times];
  return [says, value];
}

function toldValue(one: Operand, input: Input, word: SegmentWord | undefined, speech: Speech<Words>): string {
  if (one.kind === 'text') return `“${one.value}”`;
  if (one.kind === 'time') return speech.day(String(one.value));
  if (one.kind !== 'number') return String(one.value ?? '');
  const measure = input === 'days' || input === 'hours' ? 'number' : (word?.measure ?? 'number');
  return written(Number(one.value), measure, speech);
}
