import type { ComponentChildren } from 'preact';

export type FactRow = readonly [name: string, value: ComponentChildren];

/** Names and values; rows without a value are omitted. */
export function Facts({ rows }: { rows: readonly FactRow[] }) {
  return (
    <dl class="facts">
      {rows
        .filter(([, value]) => value !== null && value !== undefined && value !== false && value !== '')
        .map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
    </dl>
  );
}
