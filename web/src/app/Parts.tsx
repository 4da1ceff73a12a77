// The parts of a screen, of which one at a time is shown: links, for the address says which.
import { Link } from '@tanstack/react-router';

interface Props<Part extends string> {
  label: string;
  className: string;
  /** The screen's path, and what its address calls the part. */
  to: string;
  by: string;
  parts: readonly Part[];
  /** What each is called. */
  called: Record<Part, string>;
  chosen: Part;
}

export function Parts<Part extends string>({ label, className, to, by, parts, called, chosen }: Props<Part>) {
  return (
    <nav aria-label={label} className={className}>
      {parts.map((part) => (
        <Link
          key={part}
          to={to}
          search={{ [by]: part } as never}
          activeOptions={{ includeSearch: true }}
          aria-current={part === chosen ? 'page' : undefined}
        >
          {called[part]}
        </Link>
      ))}
    </nav>
  );
}
