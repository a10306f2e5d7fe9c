import { afterAll, beforeAll, expect, it } from 'vitest';
import { PythonReader } from '../../support/differential/python.ts';
import { counted, report, search } from '../../support/differential/search.ts';
import { missingTools } from '../../support/tools.ts';

const MAILS = 300;
/** Share of the shapes with different readings that must be reported; the long test requires it of more mails. */
const TOLD = 0.95;
/** Fixed, so that the mails are always the same; the long test searches new ones. */
const SEED = Number(process.env['SEED'] ?? 1);

const missing = missingTools('python3');
let python: PythonReader | null = null;
beforeAll(() => {
  python = missing === '' ? new PythonReader() : null;
});
afterAll(() => python?.stop());

it(`what mailparser, postal-mime and Python read otherwise is ambiguous${missing}`, { timeout: 300_000 }, async () => {
  const found = await search(MAILS, SEED, python);
  console.log(`seed ${SEED}: ${report(found)}`);
  const { different, silent } = counted(found);
  expect(different).toBeGreaterThan(50);
  expect(silent.length).toBeLessThanOrEqual((1 - TOLD) * different);
});
