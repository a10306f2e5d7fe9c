import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DnsServer, startDnsServer } from '../support/dns-server.ts';
import { FunctionWorld, sqsEvent } from '../support/function-world.ts';
import { dkimKey, signed } from '../support/signed-mail.ts';

const ALL_DONE = { status: 'ok', payload: '{"batchItemFailures":[]}' };
const ORDINARY = 'From: Ada <ada@example.org>\r\nTo: orders@example.com\r\nSubject: Order\r\n\r\nTwelve boxes.\r\n';

/** 118 KB of authors and any signature: nodemailer before 9.1.0 takes seconds for them (GHSA-2x7j-588g-ccc2). */
const AUTHORS = [
  `From: ${`${'a@b,'.repeat(20)}\r\n `.repeat(1_400)}a@b`,
  'DKIM-Signature: v=1; a=rsa-sha256; d=peer.example; s=x; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA',
  '',
  'x',
].join('\r\n');

describe('a hostile mail costs the four ordinary ones of its batch nothing', () => {
  let world: FunctionWorld;
  let dns: DnsServer;
  beforeAll(async () => {
    world = await FunctionWorld.start();
    dns = await startDnsServer(dkimKey('test', 'example.org'));
  });
  afterAll(async () => {
    await world?.stop();
    await dns?.stop();
  });

  it('in authentication', async () => {
    const parser = await world.parser({ dnsServers: [dns.address] });
    const bad = await world.putMail(AUTHORS);
    const mail = await signed(ORDINARY, 'example.org');
    const good = await Promise.all([1, 2, 3, 4].map(() => world.putMail(mail)));
    expect(await parser.invoke(sqsEvent(bad.object, ...good.map(({ object }) => object)))).toEqual(ALL_DONE);
    for (const { id } of good) {
      expect(await world.document(id)).toMatchObject({
        auth: { dkim: [{ result: 'pass' }], senderVerified: true },
        steps: [{ name: 'authentication', status: 'ok' }],
      });
    }
  });
});
