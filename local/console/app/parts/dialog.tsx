import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from './icon.tsx';

/** A native modal dialog: it traps the focus, closes on Escape, and restores the focus. */
export function Dialog({ title, close, children }: { title: string; close: () => void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-label={title} onClose={close}>
      <div class="row">
        <h2>{title}</h2>
        <button class="button quiet push" type="button" onClick={close} aria-label="Close">
          <Icon name="bad" />
        </button>
      </div>
      {children}
    </dialog>
  );
}
