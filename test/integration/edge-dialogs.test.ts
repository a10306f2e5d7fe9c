import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeEnvelope, METADATA_ENVELOPE, METADATA_TRACE_BYTES } from '../../core/mail/envelope.ts';
import { matchesPattern, parseDialog, type Step } from '../support/dialog.ts';
import { RAW_BUCKET, startTestEdge, type TestEdge } from '../support/edge.ts';
import type { SmtpSocket } from '../support/smtp-socket.ts';

const DIRECTORY = join(import.meta.dirname, '../dialogs');
const FILES = readdirSync(DIRECTORY).filter((name) => name.endsWith('.txt'));

let test: TestEdge;
afterEach(() => test.close());

describe('dialogs', () => {
  it.each(FILES)('%s', async (file) => {
    const { settings, steps } = parseDialog(readFileSync(join(DIRECTORY, file), 'utf8'));
    test = await startTestEdge({ domains: ['ours.test'], ...settings });
    const client = await test.connect();
    let mail = 0;
    for (const step of steps) {
      if (step.kind === 'mail') mail++;
      await perform(step, client, mail, `${file}:${step.line}`);
    }
  });
});

async function perform(step: Step, client: SmtpSocket, mail: number, where: string): Promise<void> {
  switch (step.kind) {
    case 'send':
      if (step.segmented) await sendByteByByte(client, step.bytes);
      else client.send(step.bytes);
      return;
    case 'expect':
      for (let time = 0; time < step.times; time++) await expectLine(client, step, where);
      return;
    case 'closed':
      expect(await client.line(), where).toBe('<closed>');
      return;
    case 'reset':
      client.socket.resetAndDestroy();
      return client.closed();
    case 'tls':
      return client.startTls();
    case 'mails':
      expect(await test.store.objects(RAW_BUCKET), where).toHaveLength(step.count);
      return;
    case 'mail':
      expect((await stored(mail)).content.toString('latin1'), where).toBe(step.bytes.toString('latin1'));
      return;
    case 'envelope':
      expect((await stored(mail)).envelope, where).toMatchObject(Object(step.value));
      return;
  }
}

async function expectLine(
  client: SmtpSocket,
  { pattern, skipping }: { pattern: string; skipping: boolean },
  where: string,
): Promise<void> {
  let line = await client.line();
  while (skipping && line !== '<closed>' && !matchesPattern(line, pattern)) line = await client.line();
  expect(matchesPattern(line, pattern), `${where}: expected "${pattern}", got "${line}"`).toBe(true);
}

/** Waits until the kernel has taken each byte, so that each travels in its own segment. */
async function sendByteByByte(client: SmtpSocket, bytes: Buffer): Promise<void> {
  client.socket.setNoDelay(true);
  for (const byte of bytes) {
    if (!client.socket.write(Buffer.from([byte]))) await once(client.socket, 'drain');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function stored(number: number) {
  const objects = (await test.store.objects(RAW_BUCKET)).filter(({ key }) => key.endsWith('.eml'));
  const object = objects[number - 1];
  return {
    content: object?.bytes.subarray(Number(object.metadata[METADATA_TRACE_BYTES])) ?? Buffer.alloc(0),
    envelope: decodeEnvelope(object?.metadata[METADATA_ENVELOPE] ?? ''),
  };
}
