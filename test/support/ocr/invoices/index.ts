import { AMERICAN_LAYOUTS } from './american.ts';
import { DUTCH_LAYOUTS } from './dutch.ts';
import { ENGLISH_LAYOUTS } from './english.ts';
import { GERMAN_LAYOUTS } from './german.ts';
import { ROMANCE_LAYOUTS } from './romance.ts';
import { type Said, Values } from './sample.ts';

export interface SampleInvoice {
  name: string;
  text: string;
  says: Partial<Said>;
}

/** Invoices in the layouts of popular programs. The same seed gives the same invoices. */
export function sampleInvoices(seed: number, each: number): SampleInvoice[] {
  const layouts = Object.entries({
    ...AMERICAN_LAYOUTS,
    ...ENGLISH_LAYOUTS,
    ...GERMAN_LAYOUTS,
    ...ROMANCE_LAYOUTS,
    ...DUTCH_LAYOUTS,
  });
  return layouts.flatMap(([name, layout], at) =>
    Array.from({ length: each }, (_, variant) => ({
      name: `${name} ${variant}`,
      ...layout(new Values(seed + 1_000 * at + variant)),
    })),
  );
}
