import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Rows above and below what is seen, so that a wheel turn meets no blank. */
const MARGIN = 8;

export interface Window {
  first: number;
  /** Not included. */
  end: number;
  /** Handed to the element that scrolls. */
  ref: { current: HTMLElement | null };
  onScroll: () => void;
  /** Scrolls just as far as a row needs to be seen. */
  reveal: (row: number) => void;
  /** Whether the newest mail is out of reach. */
  farDown: boolean;
  toTop: () => void;
}

/** Which of `count` rows, each `height` pixels high, are worth an element: those that are seen, and some around them. */
export function useWindow(count: number, height: number): Window {
  const ref = useRef<HTMLElement | null>(null);
  const [seen, setSeen] = useState({ top: 0, height: 900 });
  const measure = () => {
    const element = ref.current;
    if (element === null) return;
    const { scrollTop, clientHeight } = element;
    // A rendering for each row that comes into view, not for each pixel.
    const top = Math.floor(scrollTop / height) * height;
    setSeen((before) =>
      before.top === top && before.height === clientHeight ? before : { top, height: clientHeight },
    );
  };
  // The observer is for the element, which stays.
  useLayoutEffect(() => {
    if (ref.current === null) return;
    const observer = new ResizeObserver(measure);
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return {
    first: Math.max(0, Math.floor(seen.top / height) - MARGIN),
    end: Math.min(count, Math.ceil((seen.top + seen.height) / height) + MARGIN),
    ref,
    onScroll: measure,
    farDown: seen.top > seen.height,
    toTop: () => ref.current?.scrollTo({ top: 0 }),
    reveal: (row) => {
      const element = ref.current;
      if (element === null) return;
      const { scrollTop, clientHeight } = element;
      if (row * height < scrollTop) element.scrollTop = row * height;
      else if ((row + 1) * height > scrollTop + clientHeight) element.scrollTop = (row + 1) * height - clientHeight;
    },
  };
}
