import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeEnvelope, METADATA_ENVELOPE, METADATA_TRACE_BYTES, parseEnvelope } from '../../core/mail/envelope.ts';
import { RAW_BUCKET, startTestEdge, type TestEdge } from '../support/edge.ts';
import { missingTools } from '../support/tools.ts';

let test: TestEdge;
beforeEach(async () => {
  test = await startTestEdge({ domains: ['ours.test'] });
});
afterEach(() => test.close());

const HEAD = 'MAIL FROM:<a@b.test>\r\nRCPT TO:<info@ours.test>\r\nDATA\r\n';
const SECOND = 'MAIL FROM:<evil@b.test>\r\nRCPT TO:<info@ours.test>\r\nDATA\r\nevil\r\n.\r\n';

async function mails(): Promise<string[]> {
  const objects = (await test.store.objects(RAW_BUCKET)).filter(({ key }) => key.endsWith('.eml'));
  return objects.map(({ bytes, metadata }) => bytes.subarray(Number(metadata[METADATA_TRACE_BYTES])).toString());
}

/** Sends DATA in two segments and returns what the server replies until it closes. */
async function transcript(data: string, cut: number): Promise<string[]> {
  const client = await test.greeted();
  client.socket.setNoDelay(true);
  client.send(HEAD);
  const replies = [await client.reply(), await client.reply(), await client.reply()];
  await new Promise((resolve) => client.socket.write(data.slice(0, cut), resolve));
  await new Promise((resolve) => setImmediate(resolve));
  client.send(data.slice(cut));
  for (let reply = await client.reply(); reply !== '<closed>'; reply = await client.reply()) replies.push(reply);
  return replies.slice(3);
}

const LINE_ENDS = ['\n', '\r', '\r\n', '\r\r\n'];
const FORMS = LINE_ENDS.flatMap((first) => LINE_ENDS.map((second) => `${first}.${second}`)).filter(
  (form) => form !== '\r\n.\r\n',
);

describe('an end of DATA other than CRLF.CRLF', () => {
  it.each(FORMS)(
    '%j makes the edge refuse the mail and close the connection, without a second mail, however TCP splits it',
    async (form) => {
      const data = `one${form}${SECOND}`;
      for (let cut = 3; cut <= 4 + form.length; cut++) {
        expect(await transcript(data, cut), `cut at ${cut}`).toEqual([expect.stringMatching(/^521 5\.6\.0 /)]);
      }
      expect(await mails()).toEqual([]);
    },
  );
});

describe('the case crcrlf-then-second-mail of ../shared/cases/edge', () => {
  it('is refused once, and its second mail is not accepted', async () => {
    const client = await test.connect();
    await client.reply();
    client.send(
      `EHLO r\r\n${HEAD}Subject: one\r\n\r\nx\r\r\n.\r\nMAIL FROM:<admin@relay.test>\r\nRCPT TO:<info@ours.test>\r\nDATA\r\nSubject: two\r\n\r\nevil\r\n.\r\nQUIT\r\n`,
    );
    const replies: string[] = [];
    for (let reply = await client.reply(); reply !== '<closed>'; reply = await client.reply())
      replies.push(reply.slice(0, 3));
    expect(replies).toEqual(['250', '250', '250', '354', '521']);
    expect(await mails()).toEqual([]);
  });
});

describe('a mail with LF instead of CRLF', () => {
  it.each([
    ['in a sidecar that is complete before the mail is there', 'early\n', 3, ['.eml', '.envelope.json']],
    ['in the metadata, without the LFs behind what was held', '', undefined, ['.eml']],
  ])('has its envelope %s when streamed', async (_, start, normalizedNewlines, names) => {
    const client = await test.greeted();
    client.send(HEAD);
    for (const code of ['250', '250', '354']) expect(await client.reply()).toMatch(new RegExp(`^${code} `));
    client.send(`${start}${`${'x'.repeat(76)}\r\n`.repeat(220_000)}late\n..\n\r\n.\r\n`);
    expect(await client.reply()).toMatch(/^250 /);
    const objects = await test.store.objects(RAW_BUCKET);
    expect(objects.map(({ key }) => key.slice(key.indexOf('.')))).toEqual(names);
    const inline = objects[0]?.metadata[METADATA_ENVELOPE];
    const envelope = inline === undefined ? parseEnvelope(objects[1]?.bytes.toString() ?? '') : decodeEnvelope(inline);
    expect(envelope.mailFrom).toBe('a@b.test');
    expect(envelope.normalizedNewlines).toBe(normalizedNewlines);
    expect((await mails())[0]?.endsWith('late\r\n.\r\n\r\n')).toBe(true);
    expect(test.log.find(({ message }) => message === 'transaction')).toHaveProperty('normalizedNewlines');
  });

  it('is counted in log and metrics', async () => {
    const client = await test.greeted();
    client.send(`${HEAD}Subject: s\n\nbody\n\r\n.\r\n`);
    for (const code of ['250', '250', '354', '250']) expect(await client.reply()).toMatch(new RegExp(`^${code} `));
    expect(test.log.find(({ message }) => message === 'transaction')).toMatchObject({
      normalizedNewlines: 3,
      bytes: 22,
    });
    const metrics = await (await fetch(`http://127.0.0.1:${test.edge.healthPort}/metrics`)).text();
    expect(metrics).toContain('edge_mails_normalized_total 1\n');
  });
});

const noPython = missingTools('python3');
describe.skipIf(noPython)(`Python's smtplib${noPython}`, () => {
  it('can deliver a mail with bare LF only', async () => {
    const script = `
import smtplib
with smtplib.SMTP('127.0.0.1', ${test.edge.smtpPort}) as server:
    server.sendmail('a@b.test', ['info@ours.test'], b'Subject: from Python\\n\\n.first\\n.\\nlast\\n')
`;
    const child = spawn('python3', ['-c', script], { stdio: 'pipe' });
    const output = Promise.all([text(child.stdout), text(child.stderr)]);
    const [code] = await once(child, 'close');
    expect((await output).join('')).toBe('');
    expect(code).toBe(0);
    expect(await mails()).toEqual(['Subject: from Python\r\n\r\n.first\r\n.\r\nlast\r\n\r\n']);
  });
});

const noSwaks = missingTools('swaks');
describe.skipIf(noSwaks)(`swaks${noSwaks}`, () => {
  it('can deliver a mail with bare LF only', async () => {
    const args = ['--server', `127.0.0.1:${test.edge.smtpPort}`, '--from', 'a@b.test', '--to', 'info@ours.test'];
    const child = spawn('swaks', [...args, '--no-data-fixup', '--data', 'Subject: raw\n\nline\n\r\n.\r\n'], {
      stdio: 'pipe',
    });
    const output = text(child.stdout);
    await once(child, 'close');
    expect(await output).toMatch(/250 2\.0\.0 queued as /);
    expect((await mails())[0]).toContain('Subject: raw\r\n\r\nline\r\n');
  });
});
