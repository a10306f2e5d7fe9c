import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LambdaFunction } from '../../local/runtime/lambda-function.ts';
import { FunctionWorld, sqsEvent } from '../support/function-world.ts';

let world: FunctionWorld;
let parser: LambdaFunction;
beforeAll(async () => {
  world = await FunctionWorld.start();
  parser = await world.parser();
});
afterAll(() => world.stop());

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.alloc(100_000, 7)]);
const MAIL = [
  'From: Ann <ann@example.net>',
  'To: orders@example.com',
  'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=',
  'Message-ID: <1@example.net>',
  'Date: Sun, 22 Nov 2026 10:00:00 +0000',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'hello',
  '--b',
  'Content-Type: application/octet-stream; name=a.png',
  'Content-Disposition: attachment; filename=a.png',
  'Content-Transfer-Encoding: base64',
  '',
  PNG.toString('base64').replace(/.{76}/g, '$&\r\n'),
  '--b--',
  '',
].join('\r\n');

describe('the parser', () => {
  it('turns a raw object into attachments, a document and a queue message', async () => {
    const { id, object } = await world.putMail(MAIL);
    const outcome = await parser.invoke(sqsEvent(object));
    expect(outcome).toEqual({ status: 'ok', payload: '{"batchItemFailures":[]}' });
    const [{ mail, message } = { mail: null, message: null }] = await world.receive(1);
    expect(mail).toMatchObject({ id, subject: 'Grüße', text: expect.stringContaining('hello'), omitted: [] });
    expect(mail?.raw).toMatchObject({ traceBytes: 22, sha256: sha256(MAIL), size: 22 + MAIL.length });
    expect(message?.attributes).toMatchObject({ kind: 'message', recipientDomain: 'example.com' });
  });
});
