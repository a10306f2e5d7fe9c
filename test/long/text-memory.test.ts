import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { MIME_LIMITS } from '../../core/mail/limits.ts';
import { SEMI_SPACE_MB } from '../../core/reading/young-generation.ts';

const MB = 1024 * 1024;
/** On top of the decoded text (2 bytes a character): 8 to 43 MB. Decoders that list characters take hundreds. */
const BUDGET_BYTES = 64 * MB;

it
  .skipIf(process.platform !== 'linux')
  .each(['text: Windows-1252', 'text: EBCDIC', 'text: katakana of ISO-2022', 'text: tildes of HZ'])(
  'the longest text is decoded in bounded memory: %s',
  (family) => {
    const options = ['--expose-gc', `--max-semi-space-size=${SEMI_SPACE_MB}`, '--import', 'tsx'];
    const args = [...options, 'bench/growth/measure-memory.ts', family, String(MIME_LIMITS.textBytes)];
    const grown = Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
    expect(grown - 2 * MIME_LIMITS.textBytes).toBeLessThan(BUDGET_BYTES);
  },
);
