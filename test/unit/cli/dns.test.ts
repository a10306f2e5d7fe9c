import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '../../../cli/program.ts';
import type { Certificate } from '../../../edge-mta/tls/certificate.ts';
import { selfSignedCertificate } from '../../../edge-mta/tls/self-signed.ts';
import { testContext } from '../../support/cli-context.ts';
import { rsaCertificate } from '../../support/rsa-certificate.ts';
import { missingTools } from '../../support/tools.ts';

const directory = mkdtempSync(join(tmpdir(), 'mail-pipeline-dns-'));
afterAll(() => rmSync(directory, { recursive: true }));

let count = 0;
function configFile(settings: object): string {
  const file = join(directory, `config-${count++}.mjs`);
  writeFileSync(file, `export default ${JSON.stringify(settings)};`);
  return file;
}

async function dns(settings: object, ...args: string[]) {
  const context = testContext({});
  const code = await run(['dns', '--config', configFile(settings), ...args], context);
  return { code, printed: context.printed(), complained: context.complained() };
}

const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mx-AbCdEf';

describe('mail-pipeline dns', () => {
  it('prints the records to publish for a domain, as zone file lines', async () => {
    const { code, printed } = await dns(
      { domains: ['example.com', 'example.net'] },
      '--target',
      'edge.elb.amazonaws.com',
    );
    expect(code).toBe(0);
    const records = printed.split('\n').filter((line) => line !== '' && !line.startsWith(';'));
    expect(records).toEqual(
      ['example.com', 'example.net'].flatMap((domain) => [
        `${domain}. MX 10 edge.elb.amazonaws.com.`,
        `${domain}. TXT "v=spf1 -all"`,
        `_smtp._tls.${domain}. TXT "v=TLSRPTv1; rua=mailto:tls-reports@${domain}"`,
      ]),
    );
    expect(printed).toMatch(/; No MTA-STS: it needs fargate\.hostname/);
  });

  it('points to the configured host name and its addresses, with MTA-STS if the certificate is trusted', async () => {
    const settings = { domains: ['example.com'], fargate: { hostname: 'mx.example.com' }, tls: { secretArn: SECRET } };
    const { printed } = await dns(settings, '--address', '192.0.2.1', '--address', '192.0.2.2');
    expect(printed).toContain('mx.example.com. A 192.0.2.1\nmx.example.com. A 192.0.2.2\n');
    expect(printed).toContain('example.com. MX 10 mx.example.com.\n');
    expect(printed).toMatch(/^_mta-sts\.example\.com\. TXT "v=STSv1; id=[0-9a-f]{20}"$/m);
    expect(printed).toContain(';   version: STSv1\n;   mode: testing\n;   mx: mx.example.com\n;   max_age: 604800\n');
  });

  it('prints AAAA for IPv6 addresses, and what to alias where addresses are not known', async () => {
    const settings = { domains: ['example.com'], fargate: { hostname: 'mx.example.com', ipv6: true } };
    const known = await dns(settings, '--address', '192.0.2.1', '--address', '2001:db8::25');
    expect(known.printed).toContain('mx.example.com. A 192.0.2.1\nmx.example.com. AAAA 2001:db8::25\n');
    const aliased = await dns(settings, '--target', 'four.elb.test', '--target-ipv6', 'six.elb.test');
    expect(aliased.printed).toMatch(
      /^; mx\.example\.com\. A: make it an alias of four\.elb\.test\..*\n; mx\.example\.com\. AAAA: make it an alias of six\.elb\.test\./,
    );
  });

  it('refuses an invalid address', async () => {
    const { code, complained } = await dns({ domains: ['example.com'] }, '--target', 'a.test', '--address', 'mx.test');
    expect(code).toBe(2);
    expect(complained).toContain('--address "mx.test": write an IP address');
  });

  it('prints the name that serves the policy, with the policy of the configuration', async () => {
    const settings = {
      domains: ['example.com', 'example.net'],
      fargate: { hostname: 'mx.example.com' },
      tls: { secretArn: SECRET },
      mtaSts: { mode: 'enforce', maxAgeSeconds: 1_209_600 },
    };
    const { code, printed } = await dns(settings, '--mta-sts-target', 'd123.cloudfront.net');
    expect(code).toBe(0);
    for (const domain of settings.domains) {
      expect(printed).toContain(`\nmta-sts.${domain}. CNAME d123.cloudfront.net.\n`);
      expect(printed).toMatch(new RegExp(`^_mta-sts\\.${domain}\\. TXT "v=STSv1; id=[0-9a-f]{20}"$`, 'm'));
    }
    expect(printed).toContain(';   mode: enforce\n;   mx: mx.example.com\n;   max_age: 1209600\n');
    const without = await dns(settings);
    expect(without.code).toBe(2);
    expect(without.complained).toMatch(/give --mta-sts-target: the MtaStsTarget that "cdk deploy" printed/);
  });

  it('warns when the edge would refuse TLS reports', async () => {
    const hint = "; smtp.recipients still refuses this address: add { match: 'tls-reports' }.";
    const printed = async (...matches: string[]) =>
      (
        await dns(
          { domains: ['Example.com'], smtp: { recipients: matches.map((match) => ({ match })) } },
          '--target',
          'edge.elb.amazonaws.com',
        )
      ).printed;
    expect(await printed('info')).toContain(hint);
    for (const match of ['tls-reports', '*@example.com', 'TLS-*'])
      expect(await printed('info', match)).not.toContain(hint);
  });

  describe('--certificate', () => {
    const own = selfSignedCertificate('mx.example.com');
    const file = join(directory, 'mx.pem');
    const settings = { domains: ['example.com'], fargate: { hostname: 'mx.example.com' } };
    const digestOf = ({ chain }: Certificate) =>
      createHash('sha256')
        .update(new X509Certificate(chain).publicKey.export({ type: 'spki', format: 'der' }))
        .digest('hex');

    it('prints a TLSA record for each key: usage 3, SPKI, SHA-256', async () => {
      const other = selfSignedCertificate('mx.example.com');
      writeFileSync(file, own.chain + own.key + other.chain + other.key + own.chain);
      const { code, printed } = await dns(settings, '--certificate', file);
      expect(code).toBe(0);
      expect(printed.split('\n').filter((line) => line.includes('TLSA'))).toEqual(
        [own, other].map((each) => `_25._tcp.mx.example.com. TLSA 3 1 1 ${digestOf(each)}`),
      );
    });

    const noOpenssl = missingTools('openssl');
    it.skipIf(noOpenssl)(`agrees with openssl, and leaves out the issuers in a chain${noOpenssl}`, async () => {
      const issuer = rsaCertificate('issuer.test');
      writeFileSync(file, own.chain + issuer.chain);
      const { printed } = await dns(settings, '--certificate', file);
      const key = execFileSync('openssl', ['x509', '-pubkey', '-noout'], { input: own.chain });
      const der = execFileSync('openssl', ['pkey', '-pubin', '-outform', 'DER'], { input: key });
      const digest = execFileSync('openssl', ['dgst', '-sha256', '-r'], { input: der, encoding: 'utf8' }).slice(0, 64);
      expect(printed.match(/TLSA .*/g)).toEqual([`TLSA 3 1 1 ${digest}`]);
    });

    it.each([
      [settings, 'no certificate', /contains no PEM certificate/],
      [settings, null, /cannot be read: /],
      [settings, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', /cannot be read: /],
      [{ ...settings, tls: { acm: true } }, own.chain, /tls\.acm makes a new key at each renewal/],
      [{ domains: ['example.com'], ingress: 'ses', region: 'eu-west-1' }, own.chain, /there is no edge/],
    ])('says what is wrong: %j with %j', async (given, content, message) => {
      const pemFile = join(directory, 'given.pem');
      rmSync(pemFile, { force: true });
      if (content !== null) writeFileSync(pemFile, content);
      const { code, complained } = await dns(given, '--certificate', pemFile);
      expect(code).toBe(2);
      expect(complained).toMatch(message);
    });
  });

  it('needs no target for SES', async () => {
    const { code, printed } = await dns({ domains: ['example.com'], ingress: 'ses', region: 'eu-west-1' });
    expect(code).toBe(0);
    expect(printed).toContain('example.com. MX 10 inbound-smtp.eu-west-1.amazonaws.com.\n');
    expect(printed).toContain(';   mx: inbound-smtp.eu-west-1.amazonaws.com\n');
  });

  it.each([
    [{ domains: ['example.com'] }, /give --target: the MxTarget/],
    [{}, /lists no domains/],
  ])('says what is missing: %j', async (settings, message) => {
    const { code, complained } = await dns(settings);
    expect(code).toBe(2);
    expect(complained).toMatch(message);
  });

  it('reads the shipped configuration', async () => {
    const context = testContext({});
    expect(await run(['dns', '--config', resolve('pipeline.config.ts')], context)).toBe(2);
    expect(context.complained()).toMatch(/lists no domains/);
  });
});
