import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PROGRAM_NAMES } from '../../core/build/bundle.ts';
import { prebuiltFolder } from '../../core/build/prebuilt.ts';

/** Instructions of a Dockerfile, without comments. */
const instructions = (file: string): string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

it('the image of the package is the last stage of the image that a clone builds', () => {
  const [base = '', ...built] = instructions('edge-mta/Dockerfile');
  const last = built.slice(built.lastIndexOf('FROM base') + 1);
  expect(last).toContain('COPY --from=build /bundle/index.mjs /app/index.mjs');
  expect(instructions('edge-mta/prebuilt.Dockerfile')).toEqual([
    base.replace(/ AS base$/, ''),
    ...last.map((line) => line.replace('--from=build /bundle/', '')),
  ]);
});

it('a clone bundles its sources: nothing is prebuilt beside them', () => {
  expect(PROGRAM_NAMES.map(prebuiltFolder)).toEqual(PROGRAM_NAMES.map(() => null));
});
