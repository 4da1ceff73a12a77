// A number that runs from what it was to what it is.
import { useEffect, useRef, useState } from 'react';

const MILLISECONDS = 600;

export function useRolling(target: number): number {
  const [shown, setShown] = useState(target);
  const from = useRef(target);
  useEffect(() => {
    if (from.current === target) return;
    const start = from.current;
    const began = performance.now();
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    let frame = 0;
    const step = (time: number) => {
      const done = still ? 1 : Math.max(0, Math.min(1, (time - began) / MILLISECONDS));
      const eased = 1 - (1 - done) ** 3;
      from.current = done < 1 ? start + (target - start) * eased : target;
      setShown(from.current);
      if (done < 1) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [target]);
  return shown;
}

export function Rolling({ value, say }: { value: number; say: (value: number) => string }) {
  return <>{say(useRolling(value))}</>;
}
