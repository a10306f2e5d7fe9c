import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FunctionHarness } from '../support/function-harness.ts';
import { dkimKey, signed } from '../support/signed-mail.ts';
import { ALL_DONE, sqsEvent } from '../support/sqs-event.ts';

const MAIL = 'From: Ada <ada@example.org>\r\nTo: orders@example.com\r\nSubject: Order\r\n\r\nTwelve boxes.\r\n';

describe('the parser authenticates', () => {
  let harness: FunctionHarness;
  beforeAll(async () => {
    harness = await FunctionHarness.start({
      zone: {
        ...dkimKey('test', 'example.org'),
        'example.org': [{ type: 'TXT', data: 'v=spf1 ip4:192.0.2.1 -all' }],
        '_dmarc.example.org': [{ type: 'TXT', data: 'v=DMARC1; p=reject' }],
        'silent.example.org': 'silent',
        '_dmarc.silent.example.org': 'silent',
      },
    });
  });
  afterAll(() => harness?.stop());

  it('signed, unsigned and forged mails, each with the right verdict', async () => {
    const parser = await harness.parser();
    const good = await harness.putMail(await signed(MAIL, 'example.org'), { mailFrom: 'ada@example.org' });
    const forged = await harness.putMail(
      `Authentication-Results: mx.example.com; dmarc=pass header.from=example.org\r\n${MAIL}`,
      { remoteAddress: '198.51.100.7', mailFrom: 'ada@example.org' },
    );
    expect(await parser.invoke(sqsEvent(good.object, forged.object))).toEqual(ALL_DONE);
    expect(await harness.document(good.id)).toMatchObject({
      auth: {
        spf: { result: 'pass', domain: 'example.org' },
        dkim: [{ result: 'pass', domain: 'example.org', aligned: true }],
        dmarc: { result: 'pass', policy: 'reject' },
        senderVerified: true,
      },
      steps: [{ name: 'authentication', status: 'ok', provider: 'mailauth', reason: null }],
    });
    expect((await harness.document(forged.id)).auth).toMatchObject({
      spf: { result: 'fail' },
      dkim: [],
      dmarc: { result: 'fail', policy: 'reject' },
      senderVerified: false,
    });
  });

  it('and publishes a mail whose domain never answers', async () => {
    const parser = await harness.parser();
    const mail = MAIL.replace('ada@example.org', 'ada@silent.example.org');
    const { id, object } = await harness.putMail(mail, { mailFrom: 'ada@silent.example.org' });
    expect(await parser.invoke(sqsEvent(object))).toEqual(ALL_DONE);
    expect((await harness.document(id)).auth).toMatchObject({
      spf: { result: 'temperror' },
      dmarc: { result: 'temperror' },
      senderVerified: false,
    });
  });

  it('nobody whose mail has two From fields', async () => {
    const parser = await harness.parser();
    const mail = `From: boss@example.org\r\n${await signed(MAIL, 'example.org')}`;
    const { id, object } = await harness.putMail(mail, { mailFrom: 'ada@example.org' });
    expect(await parser.invoke(sqsEvent(object))).toEqual(ALL_DONE);
    expect(await harness.document(id)).toMatchObject({
      from: [{ address: 'boss@example.org' }],
      auth: { dkim: [{ result: 'permerror' }], dmarc: { result: 'permerror' }, senderVerified: false },
      ambiguous: true,
    });
  });

  it.each([
    ['300 signatures', 'DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=test; h=from; bh=x; b=x\r\n'.repeat(300)],
    ['thousands of ARC sets', 'ARC-Seal: i=1; a=rsa-sha256; cv=none; d=example.org; s=test; b=x\r\n'.repeat(5_000)],
    ['a header of 4 MB', `DKIM-Signature: v=1;${'\r\n a=b;'.repeat(600_000)}\r\n`],
  ])('nothing in %s', async (_name, header) => {
    const parser = await harness.parser();
    const { id, object } = await harness.putMail(
      `${await signed(MAIL, 'example.org')}`.replace('From:', `${header}From:`),
      {
        mailFrom: 'ada@example.org',
      },
    );
    expect(await parser.invoke(sqsEvent(object))).toEqual(ALL_DONE);
    const { auth, steps } = await harness.document(id);
    expect(auth).toMatchObject({ spf: { result: 'pass' }, dkim: [], arc: { result: 'none' } });
    expect(steps).toMatchObject([
      { name: 'authentication', status: 'skipped', reason: expect.stringMatching(/^signatures/) },
    ]);
  });
});
