import { expect, it } from 'vitest';
import { residentMemory } from '../../core/process/resident-memory.ts';
import { FunctionWorld, sqsEvent } from '../support/function-world.ts';

const MB = 1024 * 1024;
const ATTACHMENT_MB = 100;
/**
 * Above what the function takes by itself, with an ordinary mail parsed. 55 MB on an idle machine; on a busy one V8
 * frees what was sent later.
 */
const BUDGET_MB = 150;

/** One line of base64, 57 bytes decoded. */
const LINE = `${Buffer.alloc(57, 'attachment').toString('base64')}\r\n`;

function mailOf(megabytes: number): Buffer {
  const lines = Math.ceil((megabytes * MB) / 57);
  return Buffer.concat([
    Buffer.from('Subject: large\r\nContent-Type: application/x-large; name=a\r\nContent-Disposition: attachment\r\n'),
    Buffer.from('Content-Transfer-Encoding: base64\r\n\r\n'),
    Buffer.alloc(lines * LINE.length, LINE),
  ]);
}

it.skipIf(process.platform !== 'linux')('streams an attachment of 100 MB in bounded memory', async () => {
  const world = await FunctionWorld.start();
  try {
    const parser = await world.parser();
    const small = await world.putMail(mailOf(1));
    await parser.invoke(sqsEvent(small.object));
    const idle = peakMb(parser.pids);
    const large = await world.putMail(mailOf(ATTACHMENT_MB));
    expect(await parser.invoke(sqsEvent(large.object))).toMatchObject({ status: 'ok' });
    expect(peakMb(parser.pids) - idle).toBeLessThan(BUDGET_MB);
    const document = await world.document(large.id);
    expect(document.attachments[0]?.size).toBeGreaterThanOrEqual(ATTACHMENT_MB * MB);
  } finally {
    await world.stop();
  }
});

function peakMb([pid]: number[]): number {
  const memory = pid === undefined ? null : residentMemory(pid);
  return (memory?.peak ?? Number.NaN) / MB;
}
