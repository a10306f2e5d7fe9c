import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { parsedMailSchema } from '../../core/mail/parsed-mail.ts';
import { runChild } from '../support/child.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const path = temporaryDirectory();
const PROGRAM = ['cli/mail-pipeline.mjs', 'parse'];

it('parse reads a mail without server, credentials and network, and twice if its structure is defective', async () => {
  const run = promisify(execFile);
  const mail = 'test/fixtures/mails/malformed.eml';
  const { stdout, stderr } = await run(process.execPath, [...PROGRAM, mail, '--json'], { env: { PATH: '' } });
  expect(stderr).toBe('');
  const document = parsedMailSchema.parse(JSON.parse(stdout));
  const expected = JSON.parse(await readFile(mail.replace('.eml', '.json'), 'utf8'));
  expect(document.defects.map(({ code }) => code).sort()).toEqual([...expected.defects].sort());
});

it('parse reads standard input, and terminates a second reading that hangs', async () => {
  // mailparser takes minutes for this.
  const blanks = ' '.repeat(256_000);
  const mail = path('hang.eml');
  const fields = ['From: a@example.net', 'stray', 'Content-Transfer-Encoding: quoted-printable'];
  await writeFile(mail, [...fields, '', `${blanks}x`].join('\r\n'));
  const { code, stdout, stderr } = await runChild('sh', [
    '-c',
    `"${process.execPath}" ${PROGRAM.join(' ')} - < "${mail}"`,
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.toString()).toMatch(/no second reading: /);
});
