import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { zip } from '../support/archives.ts';
import { Clamd, TEST_VIRUS, TEST_VIRUS_NAME } from '../support/clamd.ts';
import { TestPipeline, textMail, writeConfig } from '../support/local-pipeline.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { missingTools } from '../support/tools.ts';

const BOUNDARY = 'b-1';

function mailWith(...attachments: Buffer[]): Buffer {
  const parts = attachments.map(
    (content, index) =>
      `--${BOUNDARY}\r\nContent-Type: application/octet-stream; name="${index}.bin"\r\n` +
      `Content-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n${content.toString('base64')}\r\n`,
  );
  return Buffer.from(
    `From: ada@example.org\r\nTo: bob@example.com\r\nSubject: Files\r\nMIME-Version: 1.0\r\n` +
      `Content-Type: multipart/mixed; boundary="${BOUNDARY}"\r\n\r\n` +
      `--${BOUNDARY}\r\n\r\nSee attached.\r\n${parts.join('')}--${BOUNDARY}--\r\n`,
  );
}

const INFECTED = zip([{ name: 'run.exe', content: TEST_VIRUS }]);
const ENCRYPTED = zip([{ name: 'a', content: Buffer.from('secret'), flags: 1 }]);
const CLEAN = zip([{ name: 'a', content: Buffer.from('hello') }]);

const tools = missingTools('clamd');
describe.skipIf(tools)(`infected mails${tools}`, () => {
  let clamd: Clamd;
  let pipeline: TestPipeline;
  const path = temporaryDirectory();
  beforeAll(async () => {
    clamd = await Clamd.start();
    const file = await writeConfig(
      path(),
      `{
        routes: [{ name: 'office', recipients: ['office'] }],
        enrichment: { malware: { clamd: { host: '127.0.0.1', port: ${clamd.port} }, quarantine: true } },
      }`,
    );
    pipeline = await TestPipeline.start(path(), ['--config', file]);
  });
  afterAll(async () => {
    await pipeline?.program.killAll();
    await clamd?.stop();
  });

  it('go into quarantine and nowhere else; others go where they belong, with a verdict', async () => {
    const recipients = ['bob@example.com', 'office@example.com'];
    const infected = await pipeline.send(mailWith(CLEAN, INFECTED), recipients);
    const last = await pipeline.send(mailWith(...Array.from({ length: 100 }, () => CLEAN), INFECTED), recipients);
    const encrypted = await pipeline.send(mailWith(ENCRYPTED), ['bob@example.com']);
    const clean = await pipeline.send(mailWith(CLEAN), ['office@example.com']);
    const plain = await pipeline.send(textMail('Nothing attached'));

    const held = (await pipeline.receive([infected], 'parsed-mail-quarantine')).get(infected);
    expect(held).toMatchObject({
      route: 'quarantine',
      routes: [{ name: 'quarantine', recipients: expect.arrayContaining(recipients) }],
      enrichment: {
        malware: {
          verdict: 'infected',
          attachments: expect.arrayContaining([
            expect.objectContaining({ verdict: 'clean' }),
            expect.objectContaining({ verdict: 'infected', threats: [`${TEST_VIRUS_NAME}.UNOFFICIAL`] }),
          ]),
        },
      },
    });
    const hundredAndOne = (await pipeline.receive([last], 'parsed-mail-quarantine')).get(last)?.enrichment.malware;
    expect(hundredAndOne).toMatchObject({ verdict: 'infected' });
    const verdicts = hundredAndOne?.attachments.map(({ verdict }) => verdict);
    expect(verdicts).toEqual([...Array.from({ length: 100 }, () => 'clean'), 'infected']);
    const delivered = await pipeline.receive([encrypted, plain]);
    expect(delivered.get(encrypted)?.enrichment.malware).toMatchObject({
      verdict: 'not_scannable',
      attachments: [{ reason: expect.stringMatching(/encrypt/i) }],
    });
    expect(delivered.get(plain)?.enrichment.malware).toBeUndefined();
    const office = await pipeline.receive([clean], 'parsed-mail-office');
    expect(office.get(clean)?.enrichment.malware).toMatchObject({ verdict: 'clean' });

    expect([...delivered.keys()]).toHaveLength(2);
    expect([...office.keys()]).toEqual([clean]);
    for (const name of ['parsed-mail', 'parsed-mail-office', 'parsed-mail-quarantine']) {
      expect(await pipeline.queue(name).depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    }
  });
});
