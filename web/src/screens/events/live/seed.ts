// An attribute's beginning out of a field of an event: the address at which the builder begins with it.
import type { Steps } from '../../../ui/Json';

export interface From {
  kind: string;
  event: string | null;
  steps: Steps;
  value: unknown;
  /** The names that attributes have already. */
  taken: string[];
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const NEITHER = ['type', 'event', 'messageId', 'sentAt', 'receivedAt', 'originalTimestamp', 'writeKey'];
const KINDS = ['track', 'identify', 'page', 'screen', 'group'];
const LONGEST = 60;

/** Null for a field of which no attribute can be made. */
export function seedOf({ kind, event, steps, value, taken }: From): Record<string, string> | null {
  // A field of a line is named within the lines of its list; lines within lines nothing can unfold.
  const lines = steps.flatMap((step, place) => (typeof step === 'number' ? place : []));
  const [line = -1] = lines;
  const each = line < 0 ? null : steps.slice(0, line).join('.');
  const parts = steps.slice(line + 1).map(String);
  const path = parts.join('.');
  const named = steps.every((step) => typeof step === 'number' || NAME.test(step));
  if (!KINDS.includes(kind) || lines.length > 1 || parts.length === 0 || !named) return null;
  if (each === null && NEITHER.includes(path)) return null;
  const trait = kind === 'identify' && each === null && parts[0] === 'traits' && parts.length > 1;
  const last = parts.at(-1) ?? '';
  const name = trait ? parts.slice(1).join('_') : `${plain(event ?? kind)}_${last}`;
  return {
    attribute: free(plain(name), taken),
    ...(trait
      ? { trait: parts.slice(1).join('.') }
      : {
          type: kind,
          ...(kind === 'track' && event !== null ? { event } : {}),
          ...(each === null ? {} : { each }),
          field: path,
          aggregate: typeof value === 'number' ? 'sum' : 'last',
        }),
  };
}

/** A name as attributes may have one. */
function plain(text: string): string {
  const letters = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();
  const name = letters.replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '');
  return (/^[a-z]/.test(name) ? name : `event_${name}`).slice(0, LONGEST).replace(/_+$/, '');
}

function free(name: string, taken: string[]): string {
  for (let number = 1; ; number += 1) {
    const tried = number === 1 ? name : `${name}_${number}`;
    if (!taken.includes(tried)) return tried;
  }
}
