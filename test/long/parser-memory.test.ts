import { expect, it } from 'vitest';
import { residentMemory } from '../../core/process/process-usage.ts';
import { FunctionHarness } from '../support/function-harness.ts';
import { sqsEvent } from '../support/sqs-event.ts';

const MB = 1024 * 1024;
const ATTACHMENT_MB = 100;
/**
 * Memory on top of what the function uses after an ordinary mail. The target is 100. It takes 20 to 30, or 55 to 75
 * where V8 collects garbage at its own pace.
 */
const BUDGET_MB = 50;

/** One line per transfer encoding (RFC 2045 §6.1). */
const LINES: readonly [string, string][] = [
  ['base64', `${Buffer.alloc(57, 'attachment').toString('base64')}\r\n`],
  ['quoted-printable', `${'caf=C3=A9 '.repeat(7)}=\r\n`],
  ['7bit', `${'attachment '.repeat(6)}\r\n`],
  ['8bit', `${'caf\xe9 '.repeat(14)}\r\n`],
  ['binary', '\0\x01\xff--\n'.repeat(12)],
];

/** A mail with a single attachment of `megabytes` MB, encoded. */
function mailOf(encoding: string, line: string, megabytes: number): Buffer {
  const body = Buffer.alloc(megabytes * MB, line, 'latin1');
  return Buffer.concat([
    Buffer.from('Subject: large\r\nContent-Type: application/x-large; name=a\r\nContent-Disposition: attachment\r\n'),
    Buffer.from(`Content-Transfer-Encoding: ${encoding}\r\n\r\n`),
    body,
  ]);
}

it.skipIf(process.platform !== 'linux').each(LINES)(
  'the parser streams 100 MB of %s in bounded memory',
  async (encoding, line) => {
    const harness = await FunctionHarness.start();
    try {
      const parser = await harness.parser();
      const small = await harness.putMail(mailOf(encoding, line, 1));
      await parser.invoke(sqsEvent(small.object));
      const idle = peakMb(parser.pids);
      const large = await harness.putMail(mailOf(encoding, line, ATTACHMENT_MB));
      expect(await parser.invoke(sqsEvent(large.object))).toMatchObject({ status: 'ok' });
      expect(peakMb(parser.pids) - idle).toBeLessThan(BUDGET_MB);
      const document = await harness.document(large.id);
      expect(document.attachments[0]?.size).toBeGreaterThanOrEqual(ATTACHMENT_MB * MB * 0.4);
    } finally {
      await harness.stop();
    }
  },
);

function peakMb([pid]: number[]): number {
  const memory = pid === undefined ? null : residentMemory(pid);
  return (memory?.peak ?? Number.NaN) / MB;
}
