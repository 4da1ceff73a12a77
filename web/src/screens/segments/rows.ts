// A condition as a form says it: groups that must all be true, in each of which one line must be. And back, without loss.
//
// What no line can say stays as it is, as an expression in the place of a line.
import type { Operand, SentenceOutput } from '../../api/types.gen';

export type Condition = NonNullable<SentenceOutput['where']>;

/** How a line asks. The last of each kind are those that the language writes in another way. */
export const HOWS = [
  ...(['=', '!=', '<', '<=', '>', '>=', 'in', 'not in', 'known', 'unknown'] as const),
  ...(['contains', 'lacks', 'begins', 'ends', 'yes', 'no'] as const),
  ...(['days <=', 'days >', 'hours <', 'hours >='] as const),
] as const;
export type How = (typeof HOWS)[number];
/** How somebody has moved of whom a line asks when he last did. */
export type Way = 'entered' | 'left';

export interface Said {
  kind: 'said';
  /** An attribute or a segment. */
  name: string;
  /** Asks for the time of the last such move; null: for the attribute, or who is in the segment. */
  way: Way | null;
  how: How;
  values: Operand[];
}

export interface Other {
  kind: 'other';
  condition: Condition;
}

export type Line = Said | Other;
/** Lines of which one must be true. */
export type Group = Line[];

const SINCE = /^(days|hours)_since\((.+)\)$/;
const NAME = /^(?:(entered|left)\(([A-Za-z][A-Za-z0-9_]*)\)|([A-Za-z][A-Za-z0-9_]*))$/;
const TIMES = ['=', '!=', '<', '<=', '>', '>='];
const LITERALS = ['text', 'number', 'boolean', 'time'];

/** The groups of a condition. */
export function groupsOf(condition: Condition | null): Group[] {
  if (condition === null) return [];
  const parts = condition.kind === 'all' ? condition.parts : [condition];
  return parts.map((part) => (part.kind === 'any' ? part.parts : [part]).map(lineOf));
}

/** What groups say; null when there are none. */
export function conditionOf(groups: Group[]): Condition | null {
  const parts = groups
    .filter((group) => group.length > 0)
    .map((group): Condition => joined('any', group.map(conditionOfLine)));
  return parts.length === 0 ? null : joined('all', parts);
}

function joined(kind: 'all' | 'any', parts: Condition[]): Condition {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : { kind, parts };
}

function lineOf(condition: Condition): Line {
  return saidOf(condition) ?? { kind: 'other', condition };
}

function saidOf(condition: Condition): Said | null {
  if (condition.kind === 'not') {
    const { part } = condition;
    const yes = part.kind === 'row' && part.test === 'is true' ? saidOf(part) : null;
    return yes === null ? null : { ...yes, how: 'no' };
  }
  if (condition.kind !== 'row') return null;
  const { left, test } = condition;
  const right = condition.right ?? [];
  const [value] = right;
  if (left.kind === 'expression') {
    const [, unit, since] = SINCE.exec(String(left.value)) ?? [];
    const about = aboutOf(since ?? String(left.value));
    if (about === null) return null;
    const how = `${unit} ${test}`;
    if (since !== undefined) {
      return isHow(how) && value?.kind === 'number' ? { kind: 'said', ...about, how, values: right } : null;
    }
    return about.way === null ? null : (knownOf(about, test) ?? movedOf(about, test, right));
  }
  if (left.kind !== 'path') return null;
  const name = String(left.value);
  const about = { name, way: null };
  if (test === 'is true') return { kind: 'said', ...about, how: 'yes', values: [] };
  if (test === 'like' || test === 'not like') return patternOf(name, test, String(value?.value ?? ''));
  const literal = right.every((one) => LITERALS.includes(one.kind));
  return knownOf(about, test) ?? (literal && isHow(test) ? { kind: 'said', ...about, how: test, values: right } : null);
}

type About = Pick<Said, 'name' | 'way'>;

/** What a line is about: an attribute, or a move into or out of a segment. */
function aboutOf(text: string): About | null {
  const [, way, segment, name] = NAME.exec(text) ?? [];
  if (name !== undefined) return { name, way: null };
  return segment === undefined ? null : { name: segment, way: way as Way };
}

function knownOf(about: About, test: string): Said | null {
  const how = ({ 'is null': 'unknown', 'is not null': 'known' } as const)[test];
  return how === undefined ? null : { kind: 'said', ...about, how, values: [] };
}

/** A move is asked for by its time only. */
function movedOf(about: About, test: string, right: Operand[]): Said | null {
  const fits = isHow(test) && TIMES.includes(test) && right[0]?.kind === 'time';
  return fits ? { kind: 'said', ...about, how: test, values: right } : null;
}

const isHow = (how: string): how is How => (HOWS as readonly string[]).includes(how);

function patternOf(name: string, test: 'like' | 'not like', pattern: string): Said | null {
  const [, before, text, after] = /^(%?)([^%_]+)(%?)$/.exec(pattern) ?? [];
  if (text === undefined) return null;
  const around = `${before}${after}`;
  const found =
    test === 'like' ? ({ '%%': 'contains', '%': before ? 'ends' : 'begins' } as const) : { '%%': 'lacks' as const };
  const how = (found as Record<string, How>)[around];
  return how === undefined ? null : { kind: 'said', name, way: null, how, values: [{ kind: 'text', value: text }] };
}

function conditionOfLine(line: Line): Condition {
  if (line.kind === 'other') return line.condition;
  const { name, way, how, values } = line;
  const about = way === null ? name : `${way}(${name})`;
  const left: Operand = { kind: way === null ? 'path' : 'expression', value: about };
  const [value] = values;
  const text = String(value?.value ?? '');
  const like = (test: 'like' | 'not like', pattern: string): Condition => ({
    kind: 'row',
    left,
    test,
    right: [{ kind: 'text', value: pattern }],
  });
  switch (how) {
    case 'yes':
      return { kind: 'row', left, test: 'is true', right: [] };
    case 'no':
      return { kind: 'not', part: { kind: 'row', left, test: 'is true', right: [] } };
    case 'known':
      return { kind: 'row', left, test: 'is not null', right: [] };
    case 'unknown':
      return { kind: 'row', left, test: 'is null', right: [] };
    case 'contains':
      return like('like', `%${text}%`);
    case 'lacks':
      return like('not like', `%${text}%`);
    case 'begins':
      return like('like', `${text}%`);
    case 'ends':
      return like('like', `%${text}`);
    case 'days <=':
    case 'days >':
    case 'hours <':
    case 'hours >=': {
      const [unit, test] = how.split(' ') as ['days' | 'hours', '<=' | '>' | '<' | '>='];
      return { kind: 'row', left: { kind: 'expression', value: `${unit}_since(${about})` }, test, right: values };
    }
    default:
      return { kind: 'row', left, test: how, right: values };
  }
}

/** A condition in the words of the language; there may be more parentheses than needed. */
export function textOf(condition: Condition): string {
  switch (condition.kind) {
    case 'written':
      return condition.text;
    case 'not':
      return `not (${textOf(condition.part)})`;
    case 'all':
    case 'any':
      return (
        condition.parts.map((part) => `(${textOf(part)})`).join(condition.kind === 'all' ? ' and ' : ' or ') || 'true'
      );
  }
  const left = operandText(condition.left);
  const right = (condition.right ?? []).map(operandText);
  switch (condition.test) {
    case 'is true':
      return left;
    case 'is null':
    case 'is not null':
      return `${left} ${condition.test}`;
    case 'in':
    case 'not in':
      return `${left} ${condition.test} (${right.join(', ')})`;
    default:
      return `${left} ${condition.test} ${right.join(' ')}`;
  }
}

function operandText({ kind, value }: Operand): string {
  const quoted = `'${String(value ?? '').replaceAll("'", "''")}'`;
  if (kind === 'text') return quoted;
  if (kind === 'time') return `time(${quoted})`;
  return kind === 'null' ? 'null' : String(value ?? '');
}
