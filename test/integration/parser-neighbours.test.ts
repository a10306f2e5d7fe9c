import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FunctionHarness } from '../support/function-harness.ts';
import { HANG_HERE, HANGING_DEADLINE_MS, HANGING_READER } from '../support/hanging-reader.ts';
import { dkimKey, signed } from '../support/signed-mail.ts';
import { ALL_DONE, sqsEvent } from '../support/sqs-event.ts';

const ORDINARY = 'From: Ada <ada@example.org>\r\nTo: orders@example.com\r\nSubject: Order\r\n\r\nTwelve boxes.\r\n';

/** 118 KB of authors and a signature: nodemailer before 9.1.0 takes seconds to parse them (GHSA-2x7j-588g-ccc2). */
const AUTHORS = [
  `From: ${`${'a@b,'.repeat(20)}\r\n `.repeat(1_400)}a@b`,
  'DKIM-Signature: v=1; a=rsa-sha256; d=peer.example; s=x; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA',
  '',
  'x',
].join('\r\n');

/** Structure that triggers a second reading, and a line of spaces that takes mailparser half a minute. */
const SPACES = [
  'From: eve@example.net',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  `x${' '.repeat(256 * 1024)}x`,
].join('\r\n');

describe('a hostile mail costs the four ordinary ones of its batch nothing', () => {
  let harness: FunctionHarness;
  beforeAll(async () => {
    harness = await FunctionHarness.start({ zone: dkimKey('test', 'example.org'), bundle: HANGING_READER });
  });
  afterAll(() => harness?.stop());

  async function expectUnharmed(bad: string, options: Parameters<FunctionHarness['parser']>[0] = {}) {
    const parser = await harness.parser(options);
    const hostile = await harness.putMail(bad);
    const mail = await signed(ORDINARY, 'example.org');
    const ordinary = await Promise.all([1, 2, 3, 4].map(() => harness.putMail(mail)));
    expect(await parser.invoke(sqsEvent(hostile.object, ...ordinary.map(({ object }) => object)))).toEqual(ALL_DONE);
    for (const { id } of ordinary) {
      expect(await harness.document(id)).toMatchObject({
        text: expect.stringContaining('Twelve boxes.'),
        auth: { dkim: [{ result: 'pass' }], senderVerified: true },
        steps: [{ name: 'authentication', status: 'ok' }],
        defects: [],
        ambiguous: false,
      });
    }
    return (await harness.document(hostile.id)).defects.map(({ code, detail }) => `${code}: ${detail}`);
  }

  it('in authentication', async () => {
    expect(await expectUnharmed(AUTHORS)).toContainEqual(expect.stringMatching(/^address.too_many/));
  });

  it('in reading', async () => {
    const defects = await expectUnharmed(`Subject: x\r\n\r\n${HANG_HERE}\r\n`, {
      parseDeadlineMs: HANGING_DEADLINE_MS,
    });
    expect(defects).toContainEqual(expect.stringMatching(/^parse.deadline/));
  });

  it('in the second reading', async () => {
    expect(await expectUnharmed(SPACES)).toContainEqual(expect.stringMatching(/^mime.ambiguous: no second reading/));
  });
});
