// A JSON value as a tree that opens and closes, with the places that are wrong marked.
import type { ReactNode } from 'react';
import './json.css';

/** The keys of objects and the numbers of lines that lead to a value. */
export type Steps = (string | number)[];

interface Props {
  value: unknown;
  /** Places to be marked: ways from the root, with dots between. One that is not there is told where it should be. */
  marked?: string[];
  /** What is said of a marked place that is not there. */
  missing?: string;
  label: string;
  /** So many levels are open at first. */
  open?: number;
  /** What stands beside a value that holds no others. */
  beside?: (steps: Steps, value: unknown) => ReactNode;
}

const OPEN = 3;
const nothing = () => null;

export function Json({ value, marked = [], missing = '', label, open = OPEN, beside = nothing }: Props) {
  return (
    <div className="json" dir="ltr">
      <ul aria-label={label}>
        <Entries value={value} way="" steps={[]} marked={marked} missing={missing} open={open} beside={beside} />
      </ul>
    </div>
  );
}

interface EntriesProps {
  value: unknown;
  way: string;
  steps: Steps;
  marked: string[];
  missing: string;
  open: number;
  beside: (steps: Steps, value: unknown) => ReactNode;
}

function Entries({ value, way, steps, ...all }: EntriesProps) {
  const { marked, missing } = all;
  if (!holds(value)) {
    return (
      <li>
        <Plain value={value} />
      </li>
    );
  }
  const entries = Object.entries(value);
  const lacking = Array.isArray(value)
    ? []
    : marked.map((one) => lackingIn(value, way, one)).filter((one) => one !== null);
  return (
    <>
      {entries.map(([key, inner]) => (
        <Entry
          key={key}
          name={key}
          value={inner}
          way={way === '' ? key : `${way}.${key}`}
          steps={[...steps, Array.isArray(value) ? Number(key) : key]}
          {...all}
        />
      ))}
      {[...new Set(lacking)].map((key) => (
        <li key={key} className="json-missing">
          <mark>
            <bdi>{key}</bdi>: {missing}
          </mark>
        </li>
      ))}
    </>
  );
}

function Entry({ name, value, way, steps, ...all }: EntriesProps & { name: string }) {
  const { marked, open, beside } = all;
  const wrong = marked.includes(way);
  const title = wrong ? (
    <mark>
      <bdi>{name}</bdi>
    </mark>
  ) : (
    <bdi>{name}</bdi>
  );
  if (!holds(value)) {
    return (
      <li data-way={way}>
        <span className="json-key">{title}</span>: <Plain value={value} wrong={wrong} />
        {beside(steps, value)}
      </li>
    );
  }
  const within = marked.some((one) => one.startsWith(`${way}.`));
  return (
    <li data-way={way}>
      <details open={steps.length < open || within}>
        <summary>
          <span className="json-key">{title}</span>{' '}
          <span className="quiet">{Array.isArray(value) ? `[${value.length}]` : `{${Object.keys(value).length}}`}</span>
        </summary>
        <ul>
          <Entries value={value} way={way} steps={steps} {...all} />
        </ul>
      </details>
    </li>
  );
}

function Plain({ value, wrong = false }: { value: unknown; wrong?: boolean }) {
  const text = holds(value) ? (Array.isArray(value) ? '[]' : '{}') : JSON.stringify(value);
  const said = <bdi className={`json-${value === null ? 'null' : typeof value}`}>{text}</bdi>;
  return wrong ? <mark>{said}</mark> : said;
}

function holds(value: unknown): value is Record<string, unknown> | unknown[] {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

/** The key that an object lacks on the way to a marked place, if that way leads through this object. */
function lackingIn(value: Record<string, unknown> | unknown[], way: string, wanted: string): string | null {
  const inside = way === '' ? wanted : wanted.startsWith(`${way}.`) ? wanted.slice(way.length + 1) : null;
  if (inside === null) return null;
  const [first = ''] = inside.split('.');
  const leads = Object.keys(value).some((key) => inside === key || inside.startsWith(`${key}.`));
  return leads ? null : first === inside ? first : inside;
}
