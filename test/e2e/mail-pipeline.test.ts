import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleMail, sampleMails } from '../fixtures/samples.ts';
import { Child, type Ended, runChild } from '../support/child.ts';
import { TestPipeline } from '../support/local-pipeline.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const BIN = 'cli/mail-pipeline.mjs';
const ID = /^[0-9A-Z]{26}(?= )/gm;
const { bytes, path } = sampleMail('plain-text');

let pipeline: TestPipeline;
const own = temporaryDirectory();
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  pipeline = await TestPipeline.start(own('data'));
  // Only the variables that the documentation lists: no region, no credentials.
  env = { AWS_ENDPOINT_URL: pipeline.awsUrl, SMTP_SERVER: `127.0.0.1:${pipeline.smtpPort}` };
});
afterAll(async () => {
  await pipeline.program.killAll();
});

const mailPipeline = (...args: string[]): Promise<Ended> => runChild(process.execPath, [BIN, ...args], env);

async function succeeded(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await mailPipeline(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.toString();
}

describe('mail-pipeline', () => {
  it('is what npx runs', async () => {
    const { code, stdout } = await runChild('npx', ['mail-pipeline', '--help'], env);
    expect(stdout.toString()).toContain('Usage: mail-pipeline <command>');
    expect(code).toBe(0);
  });

  it('sends a file, shows its document, and takes it off the queue', async () => {
    const sent = await succeeded('send', path);
    const [id = ''] = sent.match(ID) ?? [];
    expect(sent).toBe(`${id}  ${path}\n`);

    const line = await succeeded('tail', '--limit', '1', '--idle', '300');
    expect(line).toMatch(
      new RegExp(`^${id}  \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d  ada@example.org  Order for tomorrow`),
    );

    const document = JSON.parse(await succeeded('show', id));
    expect(document).toMatchObject({
      id,
      subject: 'Order for tomorrow',
      envelope: { mailFrom: 'ada@example.org', rcptTo: ['inbox+orders@example.com'] },
      omitted: [],
    });
    expect(JSON.parse(await succeeded('show', id.slice(0, 14).toLowerCase()))).toEqual(document);

    const raw = await mailPipeline('show', id, '--raw');
    expect(raw.stdout.equals(bytes)).toBe(true);
  });

  it('sends every mail in a folder, each with the envelope from its headers', async () => {
    const folder = own('mails', 'deeper');
    await mkdir(folder, { recursive: true });
    for (const mail of sampleMails()) await cp(mail.path, join(folder, `${mail.name}.eml`));
    await writeFile(join(folder, 'notes.txt'), 'no mail');

    const ids = (await succeeded('send', own('mails'))).match(ID) ?? [];
    expect(ids).toHaveLength(sampleMails().length);

    const lines = (await succeeded('tail', '--json', '--limit', String(ids.length), '--idle', '300'))
      .trim()
      .split('\n');
    const mails = new Map(lines.map((line) => JSON.parse(line)).map((mail) => [mail.id, mail]));
    for (const [index, { facts, name }] of sampleMails().entries()) {
      expect(mails.get(ids[index])?.envelope, name).toMatchObject(facts.envelope);
      expect(mails.get(ids[index])?.subject, name).toBe(facts.subject);
    }
  });

  it('takes the envelope from flags', async () => {
    const [id = ''] =
      (await succeeded('send', path, '--from', '<>', '--to', 'x@example.net', '--to', 'y@example.net')).match(ID) ?? [];
    await succeeded('tail', '--limit', '1', '--idle', '300');
    const { envelope } = JSON.parse(await succeeded('show', id));
    expect(envelope).toMatchObject({ mailFrom: '', rcptTo: ['x@example.net', 'y@example.net'] });
  });

  it('sends a file with Unix line ends as SMTP requires', async () => {
    const file = own('unix.eml');
    await writeFile(file, bytes.toString().replaceAll('\r\n', '\n'));
    const [id = ''] = (await succeeded('send', file)).match(ID) ?? [];
    await succeeded('tail', '--limit', '1', '--idle', '300');
    expect((await mailPipeline('show', id, '--raw')).stdout.equals(bytes)).toBe(true);
  });

  it('sends the remaining files when one cannot be sent, and fails', async () => {
    const nameless = own('nameless.eml');
    await writeFile(nameless, 'Subject: from nobody\r\n\r\nx\r\n');
    const { code, stdout, stderr } = await mailPipeline('send', nameless, path);
    expect(code).toBe(1);
    expect(stderr).toBe(`${nameless}: no sender in Return-Path, Sender or From: give --from\n`);
    expect(stdout.toString().match(ID)).toHaveLength(1);
    await succeeded('tail', '--limit', '1', '--idle', '300');
  });

  it('follows the queue until Ctrl-C', async () => {
    const tail = new Child(process.execPath, [BIN, 'tail'], { env: { ...process.env, ...env } });
    const id = await pipeline.send(bytes);
    await tail.printed(new RegExp(`^${id} `, 'm'));
    tail.signal('SIGINT');
    tail.signal('SIGTERM');
    const { code, stderr } = await tail.ended();
    expect({ code, stderr }).toEqual({
      code: 130,
      stderr: 'mail-pipeline tail: interrupted: the printed mails were deleted from the queue\n',
    });
    expect(await pipeline.queue('parsed-mail').depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it.each([
    { args: ['show', '01KAHQ0V00AAAAAAAAAAAAAAAA'], says: 'there is no mail 01KAHQ0V00AAAAAAAAAAAAAAAA' },
    {
      args: ['show', '01KAHQ0V00AAAAAAAAAAAAAAAA', '--raw'],
      says: 'the raw mail 01KAHQ0V00AAAAAAAAAAAAAAAA is not in',
    },
    { args: ['show', '01KAHQ0V'], says: 'no mail has an id that starts with 01KAHQ0V' },
    { args: ['show', 'nonsense!'], says: '"nonsense!" is not a mail id' },
    { args: ['tail', '--queue', 'nowhere'], says: 'Name the queue with --queue or PARSED_MAIL_QUEUE' },
    { args: ['show', '01KAHQ0V', '--content-bucket', 'nowhere'], says: 'Name the buckets with --raw-bucket' },
    { args: ['send', 'nowhere.eml'], says: 'nowhere.eml does not exist' },
    { args: ['send', path, '--smtp', '127.0.0.1:1'], says: 'no SMTP server answers at 127.0.0.1:1' },
  ])('$args fails and says why', async ({ args, says }) => {
    const { code, stdout, stderr } = await mailPipeline(...args);
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(says);
  });
});
