import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Answer, Route } from '../../api/api.ts';
import { CallError, call } from './call.ts';

export interface Loading<T> {
  /** The newest answer. The previous one stays while another is loading, so that the layout does not jump. */
  answer: T | null;
  error: CallError | null;
  reload: () => void;
}

/** Requests once per id; `first` is an answer that was embedded in the page. */
export function useAnswer<R extends Route>(
  route: R,
  { id = '', first = null }: { id?: string; first?: Answer<R> | null } = {},
): Loading<Answer<R>> {
  const [state, setState] = useState<{ id: string; answer: Answer<R> | null; error: CallError | null }>({
    id,
    answer: first,
    error: null,
  });
  const abort = useRef<AbortController | null>(null);
  const load = useCallback(() => {
    abort.current?.abort();
    const controller = new AbortController();
    abort.current = controller;
    const { signal } = controller;
    call(route, { id, signal }).then(
      (answer) => setState({ id, answer, error: null }),
      (error: unknown) => {
        if (error instanceof CallError) setState({ id, answer: null, error });
      },
    );
  }, [route, id]);
  const isFirst = useRef(first !== null);
  useEffect(() => {
    if (!isFirst.current) load();
    isFirst.current = false;
    return () => abort.current?.abort();
  }, [load]);
  return { answer: state.answer, error: state.id === id ? state.error : null, reload: load };
}
