// How far something is; without a known end it only says that it goes on.
export function Bar({ done, of, label }: { done: number; of: number | null; label: string }) {
  return of === null || of === 0 ? (
    <progress aria-label={label} />
  ) : (
    <progress aria-label={label} value={Math.min(done, of)} max={of} />
  );
}
