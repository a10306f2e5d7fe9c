import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { SABOTAGES } from '../support/storm/sabotages.ts';

/** The storms that catch these builds take minutes; this check of the lines they break is instant. */
it.each(SABOTAGES)(
  'the line that a sabotaged build breaks occurs exactly once in its file: %s',
  async (_name, _caught, sabotage) => {
    const source = await readFile(sabotage.file, 'utf8');
    expect(source.split(sabotage.line)).toHaveLength(2);
  },
);
