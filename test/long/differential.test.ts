import { afterAll, beforeAll, expect, it } from 'vitest';
import { everyChange } from '../support/differential/grammar.ts';
import { PythonReader } from '../support/differential/python.ts';
import { counted, report, search, searchIn } from '../support/differential/search.ts';
import { missingTools } from '../support/tools.ts';

const MAILS = Number(process.env['DIFFERENTIAL_MAILS'] ?? 20_000);
/** Seeds of well-formed mails that together contain all kinds of parts; every place is changed in every way. */
const MAIL_SEEDS = [1, 5, 9];
/** Share of the shapes with different readings that must be reported. */
const TOLD = 0.95;
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

const missing = missingTools('python3');
let python: PythonReader | null = null;
beforeAll(() => {
  python = missing === '' ? new PythonReader() : null;
});
afterAll(() => python?.stop());

it(`of ${MAILS} mails, those that other readers read differently are marked ambiguous${missing}`, {
  timeout: 3_600_000,
}, async () => {
  const found = await search(MAILS, SEED, python);
  console.log(`seed ${SEED}: ${report(found)}`);
  const { different, silent } = counted(found);
  expect(different).toBeGreaterThan(MAILS / 20);
  expect(silent.length).toBeLessThanOrEqual((1 - TOLD) * different);
});

it(`one change at every place that others read differently makes a mail ambiguous${missing}`, {
  timeout: 3_600_000,
}, async () => {
  const mails = MAIL_SEEDS.flatMap((seed) => [...everyChange(seed)]);
  const found = await searchIn(
    mails.map((mail) => () => mail),
    python,
  );
  console.log(report(found));
  const { different, silent } = counted(found);
  expect(different).toBeGreaterThan(300);
  expect(silent.length).toBeLessThanOrEqual((1 - TOLD) * different);
});
