// What a colour of a chart stands for, as a small square of it.
import './hues.css';

export function Swatch({ of }: { of: string }) {
  return (
    <svg className="swatch" viewBox="0 0 10 10" aria-hidden="true">
      <rect className={of} width={10} height={10} />
    </svg>
  );
}
