// How far something is; without a known end it only says that it goes on.

interface Props {
  label: string;
  done?: number | null | undefined;
  of?: number | null | undefined;
}

export function Bar({ label, done, of }: Props) {
  return done == null || of == null || of === 0 ? (
    <progress aria-label={label} />
  ) : (
    <progress aria-label={label} value={Math.min(done, of)} max={of} />
  );
}
