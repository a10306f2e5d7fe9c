import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../cli/program.ts';
import { METADATA_ENVELOPE } from '../../core/mail/envelope.ts';
import { mintMailId } from '../../core/mail/id.ts';
import { failedKey, parsedKey, rawKey } from '../../core/mail/keys.ts';
import { ownReaderThreads } from '../../core/reading/own-threads.ts';
import { sampleMail, sampleMails } from '../fixtures/samples.ts';
import { testContext } from '../support/cli-context.ts';
import { TestPipeline, textMail } from '../support/local-pipeline.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const CONTENT = 'mail-content';
const RAW = 'raw-mail';

const readers = ownReaderThreads();
let pipeline: TestPipeline;
const path = temporaryDirectory();
beforeAll(async () => {
  pipeline = await TestPipeline.start(path('data'));
});
afterAll(async () => {
  await pipeline.program.killAll();
});

/** Runs the command line in this process; mail-pipeline.test.ts runs it as a child process. */
async function mailPipeline(...args: string[]) {
  const context = testContext(
    { AWS_ENDPOINT_URL: pipeline.awsUrl },
    {
      objects: () => pipeline.store,
      queue: async (name) => pipeline.queue(name),
      read: (source, store, options) => readers.read(source, store, options),
      now: () => new Date(),
    },
  );
  const code = await run(args, context);
  return { code, stdout: context.printed(), stderr: context.complained() };
}

/** A raw mail with an unreadable envelope; it fails permanently on the first attempt. */
async function failingMail(): Promise<string> {
  const id = mintMailId();
  const metadata = { [METADATA_ENVELOPE]: 'unreadable' };
  await pipeline.store.put({ bucket: RAW, key: rawKey(id) }, textMail('fails'), { metadata });
  await expect.poll(() => pipeline.store.head({ bucket: CONTENT, key: failedKey(id) })).not.toBeNull();
  return id;
}

describe('audit', () => {
  it('accounts for every mail, and names those that were not delivered', async () => {
    const delivered = await Promise.all([1, 2, 3].map((number) => pipeline.send(textMail(`audit ${number}`))));
    await pipeline.receive(delivered);
    const failed = await failingMail();
    const clean = await mailPipeline('audit', '--json');
    expect(clean).toMatchObject({ code: 0, stderr: '' });
    const lines = clean.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      {
        id: failed,
        state: 'failed',
        storedAt: expect.any(String),
        raw: { bucket: RAW, key: rawKey(failed), versionId: null },
      },
      { accepted: 4, delivered: 3, failed: 1, inFlight: 0, overdue: 0 },
    ]);

    // As if the parser had lost the mail.
    const [lost = ''] = delivered;
    await pipeline.store.delete({ bucket: CONTENT, key: parsedKey(lost) });
    expect((await mailPipeline('audit')).stdout).toMatch(new RegExp(`^in flight {2}${lost} `, 'm'));
    const overdue = await mailPipeline('audit', '--grace', '0');
    expect(overdue.code).toBe(1);
    expect(overdue.stdout).toMatch(new RegExp(`^overdue {4}${lost} `, 'm'));
    expect(overdue.stdout).toMatch(/^accepted +4$/m);
    expect((await mailPipeline('audit', '--until', '1h', '--json')).stdout).toBe(
      '{"accepted":0,"delivered":0,"failed":0,"inFlight":0,"overdue":0}\n',
    );
  });
});

describe('failed and redrive', () => {
  it('show why a mail failed, and retry it', async () => {
    const id = await failingMail();
    expect((await mailPipeline('failed', 'list', '--reason', 'envelope.invalid')).stdout).toMatch(
      new RegExp(`^${id} {2}\\S+Z {2}envelope\\.invalid {2}1 receive {2}`, 'm'),
    );
    expect(JSON.parse((await mailPipeline('failed', 'show', id)).stdout)).toMatchObject({
      id,
      reason: 'envelope.invalid',
      raw: { bucket: RAW, key: rawKey(id) },
    });

    const dryRun = await mailPipeline('redrive', id, '--dry-run');
    expect(dryRun.stdout).toBe(`${id}  revision 1  ${RAW}/${rawKey(id)}\n1 mail would be parsed again\n`);
    expect(await pipeline.store.head({ bucket: CONTENT, key: failedKey(id) })).not.toBeNull();

    // Repair the cause of the failure.
    await pipeline.store.put({ bucket: RAW, key: rawKey(id) }, textMail('mended'));
    const redriven = await mailPipeline('redrive', id);
    expect(redriven).toEqual({ code: 0, stderr: '', stdout: '1 mail queued for parsing\n' });
    const again = await mailPipeline('redrive', id);
    expect(again).toMatchObject({ code: 1, stderr: `no failure of ${id} in ${CONTENT}\n` });
    expect((await pipeline.receive([id])).get(id)).toMatchObject({ subject: 'mended', revision: 1 });
    expect(await pipeline.store.head({ bucket: CONTENT, key: failedKey(id) })).toBeNull();
  });
});

describe('replay', () => {
  it('parses selected mails again as the next revision', async () => {
    const [plain, other] = [
      await pipeline.send(sampleMail('plain-text').bytes),
      await pipeline.send(textMail('other')),
    ];
    await pipeline.receive([plain, other]);
    const where = ['--since', '1h', '--where', 'subject=Order*'];
    expect((await mailPipeline('replay', ...where, '--dry-run')).stdout).toBe(
      `${plain}  revision 2  ${RAW}/${rawKey(plain)}\n1 mail would be parsed again\n`,
    );
    expect((await mailPipeline('replay', ...where)).stdout).toBe('1 mail queued for parsing\n');
    expect((await pipeline.receive([plain])).get(plain)).toMatchObject({ revision: 2, subject: 'Order for tomorrow' });
    expect(JSON.parse((await mailPipeline('show', plain)).stdout)).toMatchObject({ revision: 2 });
    expect(JSON.parse((await mailPipeline('show', other)).stdout)).toMatchObject({ revision: 1 });
  });

  it('shows what would change, field by field, and sends nothing', async () => {
    const ids: string[] = [];
    // One sample is so malformed that it gets a second reading, whose deadline a busy machine may exceed.
    const samples = sampleMails().filter(({ name }) => name !== 'malformed');
    for (const { bytes } of samples) ids.push(await pipeline.send(bytes));
    const mails = await pipeline.receive(ids);
    const [first = '', second = ''] = ids;
    const recent = ['--since', '1h', '--after', [...ids].sort()[0] ?? ''];
    const unchanged = await mailPipeline('replay', ...recent, '--diff', '--json');
    expect(unchanged).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(unchanged.stdout)).toEqual({ read: ids.length - 1, changed: 0, unreadable: 0, fields: {} });

    // As if written by an older version.
    for (const [id, fields] of [
      [first, { subject: 'Read \x1bwrongly', messageId: null }],
      [second, { subject: 'Read wrongly too' }],
    ] as const) {
      const document = { ...mails.get(id), ...fields };
      await pipeline.store.put({ bucket: CONTENT, key: parsedKey(id) }, Buffer.from(JSON.stringify(document)));
    }
    const changed = await mailPipeline('replay', '--since', '1h', '--where', 'subject=Read*', '--diff');
    expect(changed).toMatchObject({ code: 0, stderr: '' });
    expect(changed.stdout).toBe(
      `${first}  Read \\u001bwrongly\n` +
        '  messageId: null → "bounce@mx.example.net"\n' +
        '  subject: "Read \\u001bwrongly" → "Undelivered Mail Returned to Sender"\n' +
        `${second}  Read wrongly too\n` +
        '  subject: "Read wrongly too" → "Invitation: Planning for December"\n' +
        '2 of 2 mails would change: subject 2, messageId 1\n',
    );
    expect(await pipeline.queue('parsed-mail').depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('does not replay everything by mistake', async () => {
    expect(await mailPipeline('replay')).toMatchObject({ code: 2, stderr: expect.stringContaining('give --since') });
  });
});

describe('verify', () => {
  it('finds every sample in agreement with its document', async () => {
    for (const { bytes, name } of sampleMails()) {
      const id = await pipeline.send(bytes);
      await pipeline.receive([id]);
      const { code, stdout } = await mailPipeline('verify', id);
      expect(stdout, name).toMatch(/^(ok {7}.+\n)+$/);
      expect(stdout, name).toContain('sha256');
      expect(code, name).toBe(0);
    }
  });

  it('finds bytes that changed, and a missing attachment', async () => {
    const id = await pipeline.send(sampleMail('several-attachments').bytes);
    const mail = (await pipeline.receive([id])).get(id);
    const [first, second] = mail?.attachments ?? [];
    await pipeline.store.put({ bucket: CONTENT, key: first?.key ?? '' }, Buffer.from('other'));
    await pipeline.store.delete({ bucket: CONTENT, key: second?.key ?? '' });
    const { code, stdout } = await mailPipeline('verify', id);
    expect(code).toBe(1);
    expect(stdout.match(/^DIFFERS {2}attachment \d/gm)).toEqual(['DIFFERS  attachment 2', 'DIFFERS  attachment 3']);
  });

  it('finds mails of a time window that differ, failed or have no outcome', async () => {
    const since = new Date().toISOString();
    const [sound, changed, lost] = [
      await pipeline.send(textMail('sound')),
      await pipeline.send(sampleMail('several-attachments').bytes),
      await pipeline.send(textMail('lost')),
    ];
    const mails = await pipeline.receive([sound, changed, lost]);
    const failed = await failingMail();
    await pipeline.store.delete({ bucket: CONTENT, key: mails.get(changed)?.attachments[0]?.key ?? '' });
    await pipeline.store.delete({ bucket: CONTENT, key: parsedKey(lost) });
    const { code, stdout } = await mailPipeline('verify', '--all', '--since', since, '--grace', '0');
    expect(code).toBe(1);
    expect(stdout.trim().split('\n').sort()).toEqual([
      expect.stringMatching(/^4 mails checked: 1 agree, 1 differ, 1 failed, 0 in flight, 1 overdue$/),
      expect.stringMatching(new RegExp(`^DIFFERS {4}${changed} {2}attachment`)),
      `OVERDUE    ${lost}  neither document nor failure`,
      expect.stringMatching(new RegExp(`^failed {5}${failed} `)),
    ]);
    expect((await mailPipeline('verify', '--all', '--since', since)).stdout).toContain(`in flight  ${lost}`);
    expect((await mailPipeline('verify', '--all', sound)).code).toBe(2);
  });
});
