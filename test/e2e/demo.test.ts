import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sampleMails } from '../fixtures/samples.ts';
import { runChild } from '../support/child.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** TMPDIR of the demo, which must leave it empty. */
const TMPDIR = temporaryDirectory();

describe('npm run demo', () => {
  it('delivers every sample, prints a line for each, and ends with --exit', async () => {
    const { code, stdout, stderr } = await runChild('npm', ['run', 'demo', '--silent', '--', '--exit'], {
      TMPDIR: TMPDIR(),
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.toString().split('\n');
    const mails = lines.filter((line) => /^ *\d+ ms {2}/.test(line));
    expect(mails).toHaveLength(sampleMails().length);
    for (const { facts, name } of sampleMails()) {
      const line = mails.find((text) => text.includes(facts.from[0] ?? '') && text.includes(facts.subject ?? ''));
      expect(line, name).toBeDefined();
    }
    // The scan contains no text, so OCR must have read it.
    expect(mails.find((line) => line.includes('scan0417.pdf'))).toContain('[invoice: GBP 1488.00]');
    expect(stdout.toString()).toMatch(/^The first arrived \d+\.\d s after the start of this program\.$/m);
    expect(stdout.toString()).toContain(
      `${mails.length} mails delivered over SMTP, ${mails.length} came out of the queue.`,
    );
    expect(readdirSync(TMPDIR()).filter((name) => name.startsWith('mail-pipeline-'))).toEqual([]);
  });

  it('refuses an unknown option', async () => {
    const { code, stderr } = await runChild(process.execPath, ['--import', 'tsx', 'local/demo/main.ts', '--ext']);
    expect(code).toBe(2);
    expect(stderr).toBe('there is no option --ext: did you mean --exit? (npm run demo -- --help)\n');
  });
});
