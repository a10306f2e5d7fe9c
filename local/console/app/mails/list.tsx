import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { MailRow } from '../../api/api.ts';
import { useKeys } from '../parts/use-keys.ts';
import { navigate } from '../router.ts';
import { ROW_HEIGHT, Row } from './row.tsx';
import type { Choice } from './use-choice.ts';
import type { MailList } from './use-mails.ts';
import { useWindow } from './use-window.ts';

interface ListProps {
  list: MailList;
  /** Id of the open mail. */
  openId: string | null;
  addressOf: (id: string) => string;
  choice: Choice;
}

/** Virtual list: only the rows in view have elements. */
export function List({ list, openId, addressOf, choice }: ListProps) {
  const { rows, more, loadMore } = list;
  const view = useWindow(rows.length, ROW_HEIGHT);
  const shown = rows.slice(view.first, view.end);
  useStableScroll(rows, view.ref);
  const openAt = rows.findIndex(({ id }) => id === openId);
  // Once per opened mail, not for arriving ones.
  useLayoutEffect(() => {
    if (openAt >= 0) view.reveal(openAt);
  }, [openId]);
  const nearEnd = more && view.end > rows.length - 20;
  // Requests more each time the end comes near.
  useEffect(() => {
    if (nearEnd) loadMore();
  }, [nearEnd, rows.length]);

  /** Index of the focused mail, else of the open one; -1 for none. */
  const current = (): number => Number(document.activeElement?.getAttribute('data-row') ?? openAt);
  const move = (by: number, choosing: boolean) => {
    const from = current();
    const to = Math.max(0, Math.min(rows.length - 1, from + by));
    const target = rows[to];
    if (target === undefined) return;
    view.reveal(to);
    view.onScroll();
    if (choosing) choice.extendTo(target.id, rows[from]?.id);
    // The open mail follows the focus; if none is open, Enter opens one.
    else if (openId !== null) navigate(addressOf(target.id), { replace: true });
    const focus = (): boolean => {
      const row = view.ref.current?.querySelector<HTMLElement>(`[data-row="${to}"]`) ?? null;
      row?.focus({ preventScroll: true });
      return row !== null;
    };
    // Render synchronously, so that a row that just came into view exists and can take the focus.
    if (!focus()) requestAnimationFrame(focus);
  };
  useKeys({
    ArrowDown: ({ shiftKey }) => move(1, shiftKey),
    ArrowUp: ({ shiftKey }) => move(-1, shiftKey),
    j: () => move(1, false),
    k: () => move(-1, false),
    x: () => {
      const mail = rows[current()];
      if (mail !== undefined) choice.toggle(mail.id);
    },
  });
  return (
    <div class="list-place">
      <section class="list" ref={view.ref} onScroll={view.onScroll} aria-label="Mails" aria-busy={list.loading}>
        <ul style={{ height: `${rows.length * ROW_HEIGHT}px` }}>
          {shown.map((mail, at) => (
            <Row
              key={mail.id}
              mail={mail}
              at={view.first + at}
              address={addressOf(mail.id)}
              open={mail.id === openId}
              chosen={choice.ids.has(mail.id)}
              choice={choice}
            />
          ))}
        </ul>
      </section>
      {view.farDown && (
        <button class="button to-top" type="button" onClick={view.toTop}>
          Newest
        </button>
      )}
    </div>
  );
}

/** Keeps the scroll position when mails arrive in front; at the top, the newest mail comes into view. */
function useStableScroll(rows: readonly MailRow[], element: { current: HTMLElement | null }): void {
  const first = useRef<string | null>(null);
  useLayoutEffect(() => {
    const before = first.current;
    first.current = rows[0]?.id ?? null;
    const list = element.current;
    if (before === null || list === null || list.scrollTop === 0) return;
    const added = rows.findIndex(({ id }) => id === before);
    if (added > 0) list.scrollTop += added * ROW_HEIGHT;
  }, [rows, element]);
}
