import { useEffect, useRef } from 'preact/hooks';

/** Runs a task at an interval while the page is visible. */
export function useEvery(ms: number, task: () => void): void {
  const latest = useRef(task);
  latest.current = task;
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') latest.current();
    }, ms);
    return () => clearInterval(timer);
  }, [ms]);
}
