import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { decodeEnvelope } from '../../core/mail/envelope.ts';
import { DataService } from '../support/data-service.ts';
import { RAW_BUCKET, startTestEdge, type TestEdge } from '../support/edge.ts';
import { Rspamd } from '../support/rspamd.ts';
import { missingTools } from '../support/tools.ts';

const MB = 1024 * 1024;
const GTUBE = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X';

let test: TestEdge;
afterEach(() => test.close());

async function start(url: string): Promise<void> {
  test = await startTestEdge({ dataHook: { provider: 'rspamd', url, deadlineMs: 30_000, onFailure: 'accept' } });
}

const mailOf = (subject: string, text = 'hello') => `From: a@b.test\r\nSubject: ${subject}\r\n\r\n${text}\r\n`;

async function deliver(mail: string | Buffer, recipients = ['info@ours.test'], sender = 'a@b.test'): Promise<string> {
  const client = await test.greeted();
  await client.command(`MAIL FROM:<${sender}>`);
  for (const recipient of recipients) await client.command(`RCPT TO:<${recipient}>`);
  await client.command('DATA');
  client.send(mail);
  client.send('.\r\n');
  return client.reply();
}

async function verdicts() {
  const objects = await test.store.objects(RAW_BUCKET);
  const mails = objects.filter(({ key }) => key.endsWith('.eml'));
  return mails.map(({ metadata }) => decodeEnvelope(metadata['envelope'] ?? '').verdict);
}

const missing = missingTools('rspamd');

describe.skipIf(missing !== '')(`rspamd as the data hook${missing}`, () => {
  let rspamd: Rspamd;
  beforeAll(async () => {
    rspamd = await Rspamd.start();
  });
  afterAll(() => rspamd?.stop());
  const started = () => start(`http://127.0.0.1:${rspamd.port}`);

  it('receives the mail without our trace header, and its envelope', async () => {
    await started();
    const mail = mailOf('envelope');
    const lastId = () => test.log.findLast(({ message }) => message === 'transaction')?.['id'];
    const one = await deliver(mail);
    expect(one).toBe(
      `550 5.7.1 127.0.0.1 client.test a@b.test info@ours.test ${lastId()} info@ours.test nil ${mail.length}`,
    );
    const two = await deliver(mail, ['info@ours.test', '"a, b"@ours.test'], '');
    expect(two).toContain(` client.test  info@ours.test,a, b@ours.test ${lastId()} nil nil `);
    expect(await verdicts()).toEqual([]);
  });

  it('rejects the GTUBE test mail', async () => {
    await started();
    expect(await deliver(mailOf('spam', GTUBE))).toBe('550 5.7.1 Gtube pattern');
    expect(await verdicts()).toEqual([]);
  });

  it('defers what it greylists or rejects softly', async () => {
    await started();
    expect(await deliver(mailOf('later'))).toBe('451 4.7.1 Slow down');
    expect(await deliver(mailOf('score 4.5'))).toMatch(/^451 4\.7\.1 /);
    expect(await verdicts()).toEqual([]);
  });

  it('accepts everything else, with action, scores and symbols in the envelope', async () => {
    await started();
    for (const subject of ['score 0.5', 'score 7']) expect(await deliver(mailOf(subject))).toMatch(/^250 /);
    expect((await verdicts()).map((verdict) => verdict?.said)).toEqual([said('no action', 0.5), said('add header', 7)]);
  });

  const said = (action: string, score: number) => ({
    provider: 'rspamd',
    action,
    score,
    requiredScore: 15,
    symbols: [{ name: 'TEST_SUBJECT', score }],
    tags: [],
  });
});

describe('an answer of rspamd', () => {
  let service: DataService;
  beforeAll(async () => {
    service = await DataService.start();
  });
  afterAll(() => service.stop());

  it('keeps the 30 symbols with the highest scores, names truncated', async () => {
    await start(service.url);
    const symbols = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [`S${at}${'x'.repeat(at === 39 ? 200 : 0)}`, { score: at - 20 }]),
    );
    service.says({ action: 'no action', score: 1, required_score: null, symbols });
    expect(await deliver(mailOf('many'))).toMatch(/^250 /);
    const [verdict] = await verdicts();
    expect(verdict?.said?.symbols).toHaveLength(30);
    expect(verdict?.said?.symbols[0]).toEqual({ name: 'S0', score: -20 });
    const longest = `S39${'x'.repeat(97)}`;
    expect(verdict?.said?.symbols).toContainEqual({ name: longest, score: 19 });
    expect(verdict?.said?.requiredScore).toBe(null);
    expect(service.asked.at(-1)).toMatchObject({ path: '/checkv2' });
  });

  it('never discards a mail: "discard" and "quarantine" are accepted and marked', async () => {
    await start(service.url);
    for (const action of ['discard', 'quarantine']) {
      service.says({ action, score: 20, required_score: 15 });
      expect(await deliver(mailOf(action))).toMatch(/^250 /);
    }
    expect(await verdicts()).toMatchObject([{ said: { action: 'discard' } }, { said: { action: 'quarantine' } }]);
  });

  it('is a failure when it is not one of /checkv2, and no verdict when rspamd skipped the mail', async () => {
    await start(service.url);
    service.says({ error: 'unauthorized' });
    await deliver(mailOf('one'));
    service.says({ action: 'no action', score: 0, is_skipped: true });
    await deliver(mailOf('two'));
    expect(await verdicts()).toMatchObject([
      { status: 'failed', reason: expect.stringContaining('not one of /checkv2'), said: null },
      { status: 'skipped', reason: 'rspamd skipped the mail', said: null },
    ]);
  });

  it('is not requested for a streamed mail, which is marked', async () => {
    await start(service.url);
    const before = service.asked.length;
    expect(await deliver(Buffer.alloc(17 * MB, 'sixteen bytes.\r\n'))).toMatch(/^250 /);
    expect(service.asked).toHaveLength(before);
    expect(await verdicts()).toMatchObject([{ status: 'skipped', reason: expect.stringContaining('too large') }]);
  });
});
