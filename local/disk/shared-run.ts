/**
 * Makes one run of `work` serve everybody who waits for one. Each promise stands for a run that began after its call;
 * a run at a time. Twenty concurrent fsyncs of one directory become two.
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
