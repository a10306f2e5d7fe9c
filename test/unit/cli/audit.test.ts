import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { run } from '../../../cli/program.ts';
import { AccessError } from '../../../core/mail/errors.ts';
import { mintMailId } from '../../../core/mail/id.ts';
import { deliveryKey, parsedKey, rawKey } from '../../../core/mail/keys.ts';
import { beginRedrive, recordFailure } from '../../../core/outcome/failures.ts';
import { testContext } from '../../support/cli-context.ts';
import { MemoryStore } from '../../support/memory-aws.ts';
import { attachment, parsedMail } from '../../support/parsed-mail.ts';

const [RAW, CONTENT] = ['raw-mail', 'mail-content'];

async function stored() {
  const store = new MemoryStore();
  const put = (bucket: string, key: string) => store.put({ bucket, key }, Buffer.from('{}'));
  const fail = (id: string, what: { revision?: number; raw?: null; reason?: string } = {}) => {
    const record = {
      ...{ id, reason: 'envelope.invalid', lastError: 'it cannot be read', receiveCount: 1, revision: 1 },
      ...{ destination: null, route: null, raw: { bucket: RAW, key: rawKey(id), versionId: null }, event: null },
      ...{ at: '2026-11-22T11:00:00.000Z', ...what },
    };
    return recordFailure(store, CONTENT, record).then(() => ({ schema: 'failed-mail/1' as const, ...record }));
  };
  return { store, put, fail };
}

async function mailPipeline(store: MemoryStore, ...args: string[]) {
  const context = testContext({ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }, { objects: () => store });
  const code = await run(args, context);
  return { code, out: context.printed(), err: context.complained() };
}

describe('audit and failed list', () => {
  it('print no explanation when their failures agree', async () => {
    const { store, put, fail } = await stored();
    const id = mintMailId();
    await put(RAW, rawKey(id));
    await fail(id);
    expect(await mailPipeline(store, 'audit')).toMatchObject({ err: '', out: expect.stringMatching(/^failed +1$/m) });
    expect((await mailPipeline(store, 'failed', 'list')).err).not.toContain('audit');
  });

  it('say that there are no failures, and print nothing else, when there are none', async () => {
    const { store } = await stored();
    expect(await mailPipeline(store, 'failed', 'list')).toEqual({ code: 0, out: '', err: 'no failures\n' });
    expect(await mailPipeline(store, 'failed', 'list', '--json')).toEqual({ code: 0, out: '', err: '' });
  });

  it('say how many mails count as delivered only by their document', async () => {
    const { store, put } = await stored();
    const [marked, unmarked] = [mintMailId(), mintMailId()];
    for (const id of [marked, unmarked]) {
      await put(RAW, rawKey(id));
      await put(CONTENT, parsedKey(id));
    }
    await put(CONTENT, deliveryKey({ id: marked, revision: 1, of: 1 }, 'parsed-mail', 'sent'));
    const { code, out } = await mailPipeline(store, 'audit');
    expect(out).toMatch(/^delivered +2 {2}1 of them judged by their document: see audit --help$/m);
    expect(code).toBe(0);
    expect((await mailPipeline(store, 'audit', '--json')).out).toContain('"delivered":2,');
  });

  it('say why their numbers differ', async () => {
    const { store, put, fail } = await stored();
    const [failed, replayed, gone, redriven] = [mintMailId(), mintMailId(), mintMailId(), mintMailId()];
    for (const id of [failed, replayed, redriven]) await put(RAW, rawKey(id));
    await put(CONTENT, parsedKey(replayed));
    await fail(failed);
    await fail(replayed, { revision: 2 });
    await fail(gone, { raw: null, reason: 'event.invalid' });
    await beginRedrive(store, CONTENT, await fail(redriven));
    const audit = await mailPipeline(store, 'audit');
    expect(audit.out).toMatch(/^failed +1$/m);
    expect(audit.err).toBe(
      'failed list has 4 records, among them 1 of an interrupted redrive, ' +
        '1 of a replay, where the mail keeps its earlier document, 1 whose raw mail is not in the bucket or not in the time window\n',
    );
    const list = await mailPipeline(store, 'failed', 'list');
    expect(list.out.trim().split('\n')).toHaveLength(4);
    expect(list.err).toContain(
      'audit does not count as failed: 1 of a replay, where the mail keeps its earlier document, 1 of an event that names no mail\n',
    );
  });
});

describe('a reason', () => {
  it.each(['redrive', 'failed'])('that no failure has: %s names those there are', async (command) => {
    const { store, fail } = await stored();
    for (const reason of ['sqs.QueueDoesNotExist', 'envelope.invalid', 'envelope.invalid']) {
      await fail(mintMailId(), { reason });
    }
    const args = command === 'failed' ? ['failed', 'list'] : ['redrive', '--dry-run'];
    expect(await mailPipeline(store, ...args, '--reason', 'envelop.invalid')).toMatchObject({
      code: 1,
      err:
        `mail-pipeline ${command}: no failure has the reason "envelop.invalid" (--reason). Did you mean envelope.invalid? ` +
        'Reasons of the existing failures: sqs.QueueDoesNotExist (1), envelope.invalid (2).\n',
    });
    const found = await mailPipeline(store, ...args, '--reason', 'envelope.invalid');
    expect(found.code).toBe(0);
  });
});

it('verify --all continues after a mail with a damaged envelope, and names it', async () => {
  const store = new MemoryStore();
  const ids = ['01KB0000000000000000000001', '01KB0000000000000000000002'];
  for (const [at, id] of ids.entries()) {
    const mail = parsedMail({ id, raw: { ...parsedMail().raw, key: rawKey(id) } });
    await store.put(mail.raw, Buffer.from('raw'), { metadata: at === 0 ? { envelope: 'broken' } : {} });
    await store.put({ bucket: CONTENT, key: parsedKey(id) }, Buffer.from(JSON.stringify(mail)));
  }
  const { code, out, err } = await mailPipeline(store, 'verify', '--all');
  expect([code, err]).toEqual([1, '']);
  expect(out).toContain(`${ids[0]}  envelope\n`);
  expect(out).not.toContain(`${ids[1]}  envelope\n`);
  expect(out).toContain('2 mails checked');
});

describe('an object that may not be read', () => {
  const ids = ['01KB0000000000000000000001', '01KB0000000000000000000002', '01KB0000000000000000000003'];
  const content = Buffer.from('attached');
  const sha256 = createHash('sha256').update(content).digest('hex');

  /** Three mails, with a bucket policy that denies access to the given objects. */
  async function denied(...keys: string[]) {
    const store = new MemoryStore(async (name) => {
      if (keys.some((key) => name === `get ${key}`)) throw new AccessError('s3.AccessDenied', `${name}: AccessDenied`);
    });
    for (const id of ids) {
      const key = `attachments/${id}/2`;
      const attachments = [attachment({ key, bucket: CONTENT, size: content.length, sha256 })];
      const mail = parsedMail({ id, raw: { ...parsedMail().raw, key: rawKey(id) }, attachments });
      await store.put(mail.raw, Buffer.from('raw'));
      await store.put({ bucket: CONTENT, key }, content);
      await store.put({ bucket: CONTENT, key: parsedKey(id) }, Buffer.from(JSON.stringify(mail)));
    }
    return store;
  }

  it('is reported by verify --all, which checks everything else and exits with 1', async () => {
    const [first = '', second = '', third = ''] = ids;
    const store = await denied(`attachments/${first}/2`, rawKey(second), parsedKey(third));
    const { code, out, err } = await mailPipeline(store, 'verify', '--all', '--json');
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const unreadable = (id: string, what: string) => ({ id, state: 'unreadable', what });
    expect(lines.filter(({ state }) => state !== 'differs')).toEqual([
      unreadable(first, `attachment 2: get attachments/${first}/2: AccessDenied`),
      unreadable(second, `raw mail: get ${rawKey(second)}: AccessDenied`),
      unreadable(third, `get ${parsedKey(third)}: AccessDenied`),
      expect.objectContaining({ checked: 3, unreadable: 3 }),
    ]);
    expect([code, err]).toEqual([1, '']);
    expect((await mailPipeline(store, 'verify', '--all')).out).toMatch(/^3 mails checked: .*, 3 not read$/m);
  });

  it('is reported by verify, which checks everything else', async () => {
    const [id = ''] = ids;
    const { code, out } = await mailPipeline(await denied(rawKey(id)), 'verify', id);
    expect(out).toBe(`not read  raw mail: get ${rawKey(id)}: AccessDenied\nok       attachment 2\n`);
    expect(code).toBe(1);
  });
});

it('verify of a failed mail says that it failed, why, and what to do', async () => {
  const { store, put, fail } = await stored();
  const [damaged, slow] = [mintMailId(), mintMailId()];
  for (const id of [damaged, slow]) await put(RAW, rawKey(id));
  await fail(damaged);
  await fail(slow, { reason: 'retries.exhausted' });
  expect(await mailPipeline(store, 'verify', damaged)).toEqual({
    code: 1,
    out: '',
    err: `mail-pipeline verify: ${damaged} failed at 2026-11-22T11:00:00.000Z, envelope.invalid (it cannot be read): the stored envelope is damaged; store the mail again\n`,
  });
  expect((await mailPipeline(store, 'verify', slow)).err).toMatch(
    new RegExp(`retries\\.exhausted .*: retry it with mail-pipeline redrive ${slow}\\n$`),
  );
  expect((await mailPipeline(store, 'verify', '--all')).out).toContain(
    `${damaged}  envelope.invalid: it cannot be read\n`,
  );
});
