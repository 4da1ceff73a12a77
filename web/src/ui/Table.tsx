// A table with its heads, in a box of its own that scrolls sideways where the page is narrow.
import type { ReactNode } from 'react';

export interface Head {
  text: string;
  /** A column of numbers, which stand at the end of their cells. */
  number?: boolean;
  /** Read aloud, but not shown: what stands below says it to the eye. */
  hidden?: boolean;
}

interface Props {
  heads: (string | Head)[];
  /** The table's bodies. */
  children: ReactNode;
  className?: string;
}

export function Table({ heads, children, className = 'table' }: Props) {
  return (
    <div className="table-box">
      <table className={className}>
        <thead>
          <tr>{heads.map((head) => (typeof head === 'string' ? column({ text: head }) : column(head)))}</tr>
        </thead>
        {children}
      </table>
    </div>
  );
}

function column({ text, number = false, hidden = false }: Head) {
  return (
    <th key={text} scope="col" className={number ? 'number' : undefined}>
      {hidden ? <span className="hidden">{text}</span> : text}
    </th>
  );
}
