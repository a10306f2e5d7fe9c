import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { noVerdicts } from '../../../core/auth/verdict.ts';
import { TransientError } from '../../../core/mail/errors.ts';
import { mintMailId } from '../../../core/mail/id.ts';
import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import { RawData } from '../../../core/reading/raw-data.ts';
import { authenticateMail } from '../../../lambda/parser/authentication/authenticate-mail.ts';
import { Authentication } from '../../../lambda/parser/authentication/authentication.ts';
import { AuthenticationStopped, type AuthRequest } from '../../../lambda/parser/authentication/supervised-checks.ts';
import { envelope } from '../../support/envelope.ts';
import { MemoryStore } from '../../support/memory-aws.ts';
import { readMail } from '../../unit/mime/read-mail.ts';

const ENTRY = new URL('../../support/misbehaving-authentication.mjs', import.meta.url);

/** A check that runs alone gets a third of it, which is enough to start a thread on a busy machine. */
const DEADLINE_MS = 12_000;

/** Checks a mail whose sender tells the thread how to behave. */
function check(thread: Authentication, mailFrom: string, changes: Partial<AuthRequest> = {}) {
  return thread.check({
    open: null,
    client: { remoteAddress: '192.0.2.1', helo: 'x', mailFrom },
    author: 'none',
    fields: [],
    deadlineMs: DEADLINE_MS,
    signal: new AbortController().signal,
    ...changes,
  });
}

it.concurrent.each(['loop', 'silent'])('a check that makes the thread %s is ended at its deadline', async (sender) => {
  const thread = new Authentication(ENTRY, []);
  await expect(check(thread, sender, { deadlineMs: 300 })).rejects.toMatchObject({
    late: true,
    message: 'no result within 300 ms',
  });
  expect(await check(thread, 'next')).toMatchObject({ mailFrom: 'next' });
});

it.concurrent.each([
  ['throw', 'thrown in the thread'],
  ['exit', 'the authentication thread ended'],
  ['fail', 'the check gave up'],
])('a check that makes the thread %s has no result', async (sender, reason) => {
  const thread = new Authentication(ENTRY, []);
  await expect(check(thread, sender)).rejects.toMatchObject({ late: false, message: expect.stringContaining(reason) });
  expect(await check(thread, 'next')).toMatchObject({ mailFrom: 'next' });
});

it.concurrent.each([
  ['loop', true],
  ['silent', true],
  ['throw', false],
  ['exit', false],
])('of five mails only the one that makes the thread %s has no result', async (sender, late) => {
  const thread = new Authentication(ENTRY, []);
  const senders = ['one', 'two', sender, 'three', 'four'];
  const results = await Promise.allSettled(
    senders.map((mailFrom) => check(thread, mailFrom, { deadlineMs: DEADLINE_MS })),
  );
  expect(results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason))).toMatchObject(
    senders.map((mailFrom) => (mailFrom === sender ? { late } : { mailFrom })),
  );
});

it.concurrent('several hostile mails do not affect the others, and each is terminated in a thread of its own', async () => {
  const thread = new Authentication(ENTRY, []);
  const checks = ['loop', 'exit', 'throw', 'loop', 'one', 'two'].map((mailFrom) =>
    check(thread, mailFrom, { deadlineMs: DEADLINE_MS }),
  );
  const results = await Promise.allSettled(checks);
  expect(results.map(({ status }) => status)).toEqual([...Array(4).fill('rejected'), 'fulfilled', 'fulfilled']);
});

it.concurrent('a mail is fetched again for its second check', async () => {
  const thread = new Authentication(ENTRY, []);
  const opened: string[] = [];
  const open = async () => {
    opened.push('opened');
    return Readable.from([Buffer.from('x')]);
  };
  const looping = check(thread, 'loop', { deadlineMs: DEADLINE_MS });
  expect(await check(thread, 'reader', { open, deadlineMs: DEADLINE_MS })).toMatchObject({ mailFrom: 'reader' });
  expect(opened).toEqual(['opened', 'opened']);
  await expect(looping).rejects.toMatchObject({ late: true });
});

it.concurrent('an aborted check fails with the reason of its signal', async () => {
  const down = new TransientError('parser.out_of_time', 'no time');
  const stop = new AbortController();
  const checking = check(new Authentication(ENTRY, []), 'silent', { signal: stop.signal });
  stop.abort(down);
  await expect(checking).rejects.toBe(down);
});

it.concurrent.each([
  ['loop', 'timed-out', 'no result within 300 ms'],
  ['throw', 'failed', 'thrown in the thread'],
])('a mail that makes the thread %s is delivered unverified: the step is %s', async (mailFrom, status, reason) => {
  const thread = new Authentication(ENTRY, []);
  const deps = { store: new MemoryStore(), checkAuthentication: thread.check.bind(thread), now: Date.now };
  const { content } = await readMail(new StreamingMimeReader(), 'From: a@example.org\r\n\r\nx');
  const raw = { bucket: 'raw-mail', key: 'x', versionId: null, size: 1, traceBytes: 0, receivedAt: '' };
  const { auth, step } = await authenticateMail(
    deps,
    { ...raw, id: mintMailId(), envelope: envelope({ mailFrom }), data: new RawData(Readable.from([]), 1, 0) },
    content,
    { authDeadlineMs: status === 'failed' ? 5_000 : 300, signal: new AbortController().signal },
  );
  expect(auth).toMatchObject({ dmarc: { result: 'temperror' }, senderVerified: false });
  expect(step).toMatchObject({ name: 'authentication', status, reason: expect.stringContaining(reason) });
});

it.concurrent('a missing verdict is never a pass', () => {
  const { spf, dkim, dmarc, arc, senderVerified } = noVerdicts(new AuthenticationStopped(true, 'late').message);
  expect([spf.result, dkim.length, dmarc.result, arc.result]).toEqual(['temperror', 0, 'temperror', 'temperror']);
  expect(senderVerified).toBe(false);
});
