import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Rows rendered above and below the view, so that scrolling shows no blanks. */
const MARGIN = 8;

export interface Window {
  first: number;
  /** Exclusive. */
  end: number;
  /** For the scrolling element. */
  ref: { current: HTMLElement | null };
  onScroll: () => void;
  /** Scrolls just far enough to show a row. */
  reveal: (row: number) => void;
  /** Whether the newest mail is out of view. */
  farDown: boolean;
  toTop: () => void;
}

/** Which of `count` rows, each `height` pixels high, to render: those in view and some around them. */
export function useWindow(count: number, height: number): Window {
  const ref = useRef<HTMLElement | null>(null);
  const [seen, setSeen] = useState({ top: 0, height: 900 });
  const measure = () => {
    const element = ref.current;
    if (element === null) return;
    const { scrollTop, clientHeight } = element;
    // Renders once per row that comes into view, not per pixel.
    const top = Math.floor(scrollTop / height) * height;
    setSeen((before) =>
      before.top === top && before.height === clientHeight ? before : { top, height: clientHeight },
    );
  };
  // The observed element never changes.
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
