import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { processCpuMs } from '../support/cpu-time.ts';
import { FunctionHarness } from '../support/function-harness.ts';
import { dkimKey, signed } from '../support/signed-mail.ts';
import { ALL_DONE, sqsEvent } from '../support/sqs-event.ts';

const MAIL = 'From: Ada <ada@example.org>\r\nTo: orders@example.com\r\nSubject: Order\r\n\r\nTwelve boxes.\r\n';

describe('the parser authenticates', () => {
  let harness: FunctionHarness;
  beforeAll(async () => {
    harness = await FunctionHarness.start({ zone: dkimKey('test', 'example.org') });
  });
  afterAll(() => harness?.stop());

  it('a signed mail of 100 MB', async () => {
    const parser = await harness.parser();
    const mail = await signed(`${MAIL}${`${'A'.repeat(76)}\r\n`.repeat(1_300_000)}`, 'example.org');
    const { id, object } = await harness.putMail(mail);
    expect(await parser.invoke(sqsEvent(object))).toEqual(ALL_DONE);
    expect((await harness.document(id)).auth).toMatchObject({ dkim: [{ result: 'pass' }], senderVerified: true });
  });

  it('20 signatures that cover 20 lengths of blanks in the time that one takes', async () => {
    const parser = await harness.parser();
    const signature = (length: number) =>
      `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=test; h=from; l=${length}; bh=x; b=x\r\n`;
    /** The function's CPU time, in milliseconds, for a mail with `count` signatures. */
    const cost = async (count: number) => {
      const signatures = Array.from({ length: count }, (_, index) => signature(10_000_000 + index));
      const { id, object } = await harness.putMail(`${signatures.join('')}${MAIL}${' \r\n'.repeat(7_000_000)}`);
      const used = () => parser.pids.reduce((sum, pid) => sum + processCpuMs(pid), 0);
      const before = used();
      expect(await parser.invoke(sqsEvent(object))).toEqual(ALL_DONE);
      const { auth, steps } = await harness.document(id);
      expect(auth?.dkim).toHaveLength(count);
      expect(steps).toMatchObject([{ name: 'authentication', status: 'ok' }]);
      return used() - before;
    };
    await cost(1);
    expect(await cost(20)).toBeLessThan(2.5 * (await cost(1)));
  });
});
