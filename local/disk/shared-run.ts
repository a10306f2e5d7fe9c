/**
 * Lets one run of `work` serve all callers waiting for it. Each promise resolves with a run that began after the call;
 * runs never overlap. Twenty concurrent fsyncs of one directory become two.
 */
export function sharedRun(work: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;
  const begin = (): Promise<void> => {
    next = null;
    return work();
  };
  return () => {
    if (next === null) {
      next = last.then(begin, begin);
      last = next;
    }
    return next;
  };
}
