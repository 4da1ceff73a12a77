// How wide the place of a chart is, so that its words keep their size.
import { type RefObject, useEffect, useRef, useState } from 'react';

export function useWidth<Part extends Element>(first: number): [RefObject<Part | null>, number] {
  const part = useRef<Part>(null);
  const [width, setWidth] = useState(first);
  useEffect(() => {
    const found = part.current;
    if (found === null || typeof ResizeObserver === 'undefined') return;
    const watch = new ResizeObserver(([entry]) => {
      if (entry !== undefined && entry.contentRect.width > 0) setWidth(Math.round(entry.contentRect.width));
    });
    watch.observe(found);
    return () => watch.disconnect();
  }, []);
  return [part, width];
}
