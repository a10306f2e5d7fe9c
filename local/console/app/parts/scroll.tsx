import type { ComponentChildren } from 'preact';

/** A scrollable region that can be reached by keyboard (WCAG 2.1.1). */
export function Scroll({ name, kind, children }: { name: string; kind: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without a tab stop only a pointer could scroll it
    <section class={kind} tabIndex={0} aria-label={name}>
      {children}
    </section>
  );
}
