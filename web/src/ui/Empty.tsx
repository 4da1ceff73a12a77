// What stands in the place of a list that has nothing in it: what it is, and how it is filled.
import type { ReactNode } from 'react';

interface Props {
  title?: string;
  children?: ReactNode;
}

export function Empty({ title, children }: Props) {
  return (
    <div className="empty">
      {title !== undefined && <p className="empty-title">{title}</p>}
      {typeof children === 'string' ? <p>{children}</p> : children}
    </div>
  );
}
