// A way to another screen, and to what is looked at there.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

interface Props {
  to: string;
  /** What stands in the address there. */
  search?: Record<string, unknown>;
  className?: string;
  /** Its name, where what is shown says too little. */
  says?: string;
  children: ReactNode;
}

export function Way({ to, search = {}, className, says, children }: Props) {
  return (
    <Link to={to} search={search as never} className={className} aria-label={says}>
      {children}
    </Link>
  );
}
