import { Readable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { afterEach, expect, it, vi } from 'vitest';
import { deliver, textMail } from '../../bench/smtp-load.ts';
import { startTestEdge, type TestEdge } from '../support/edge.ts';

let test: TestEdge;
afterEach(() => test.close());

/** Whether each connection of a load resumed the TLS session of an earlier one. */
async function reuseOf(startTls: 'new' | 'resumed'): Promise<boolean[]> {
  test = await startTestEdge();
  const reused: boolean[] = [];
  const listening = vi.spyOn(TLSSocket.prototype, 'setEncoding').mockImplementation(function (
    this: TLSSocket,
    encoding,
  ) {
    reused.push(this.isSessionReused());
    Readable.prototype.setEncoding.call(this, encoding ?? 'utf8');
    return this;
  });
  try {
    await deliver({
      port: test.edge.smtpPort,
      mails: 4,
      sessions: 1,
      mailsPerConnection: 1,
      startTls,
      message: textMail(1_000),
    });
    return reused;
  } finally {
    listening.mockRestore();
  }
}

it('a load over STARTTLS makes a full handshake for each connection', async () => {
  expect(await reuseOf('new')).toEqual([false, false, false, false]);
});

it('a load with resumption resumes the session of the previous connection', async () => {
  expect(await reuseOf('resumed')).toEqual([false, true, true, true]);
});
