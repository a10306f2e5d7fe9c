import { createHash, X509Certificate } from 'node:crypto';
import type { Probed, Secured } from '../../core/smtp/probe.ts';
import type { DnsAnswers, Tlsa } from './dns-answers.ts';
import { type Finding, fail, ok, skip } from './finding.ts';

const DAY_MS = 86_400_000;
/** As the alarm `certificate-expiring`. */
const DAYS_TO_RENEW = 14;

export interface CertificateExpectation {
  /** Whether the configuration names a certificate that others can check. The edge signs its own without one. */
  trusted: boolean;
  /** The name that it has to be for; null where the configuration names none. */
  name: string | null;
  now: Date;
}

/** What a session showed that delivered nothing. */
export function* checkTls({ secured }: Probed, expected: CertificateExpectation): Generator<Finding> {
  if (secured === null) {
    yield fail(
      'STARTTLS',
      'it is not offered, so mail comes unencrypted',
      'look into the log of the edge for the certificate; a firewall on the way may strip STARTTLS as well',
    );
    return;
  }
  yield ok('STARTTLS', `${secured.version}, ${secured.cipher}`);
  yield certificateFinding(secured, expected);
}

/** OpenSSL's verification codes (verify(1)) that have a remedy of their own. */
const SELF_SIGNED = new Set(['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN']);
const INCOMPLETE = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

function certificateFinding({ certificate, distrust, otherName }: Secured, expected: CertificateExpectation): Finding {
  const check = 'certificate';
  const ends = new Date(certificate.valid_to);
  const days = Math.floor((ends.getTime() - expected.now.getTime()) / DAY_MS);
  const until = `${days} days left, until ${ends.toISOString().slice(0, 10)}`;
  const names = certificate.subjectaltname?.replaceAll('DNS:', '') ?? 'no name';
  const renewal = 'docs/runbook.md, "certificate-expiring", says how it is renewed';
  if (days < 0)
    return fail(
      check,
      `it ended on ${ends.toISOString().slice(0, 10)}`,
      expected.trusted ? renewal : 'restart the edge: it signs a new one',
    );
  if (!expected.trusted)
    return ok(
      check,
      `for ${names}, signed by the edge itself or by nobody known, as configured: enough for opportunistic TLS; ${until}`,
    );
  if (SELF_SIGNED.has(distrust ?? '')) {
    return fail(
      check,
      'it is signed by itself',
      'put the certificate with its chain into the secret; with tls.acm the first one comes up to 20 minutes after the deployment',
    );
  }
  if (INCOMPLETE.has(distrust ?? '')) {
    return fail(
      check,
      `its issuer is not known (${distrust})`,
      'put the intermediate certificates behind it in the secret; if a CA of your own signed it, name that by NODE_EXTRA_CA_CERTS',
    );
  }
  if (distrust !== null && distrust !== 'ERR_TLS_CERT_ALTNAME_INVALID')
    return fail(check, `it cannot be trusted: ${distrust}`, renewal);
  if (expected.name !== null && otherName !== null) {
    return fail(
      check,
      `it is for ${names}, not for ${expected.name}`,
      `give one for ${expected.name}, the name that the MX records point at`,
    );
  }
  if (days < DAYS_TO_RENEW) return fail(check, until, renewal);
  return ok(check, `for ${names}; ${until}`);
}

/** TLSA records that are published have to fit the certificate, or senders that use DANE deliver nothing (RFC 7672 §2.2). */
export async function* checkTlsa(host: string, { certificate }: Secured, dns: DnsAnswers): AsyncGenerator<Finding> {
  const name = `_25._tcp.${host}`;
  const check = `TLSA of ${name}`;
  const records = await dns.tlsa(name);
  if (records === null) {
    yield skip(check, `Node ${process.versions.node} cannot ask for it: Node 22.15 or newer can`);
  } else if (records.length === 0) {
    yield skip(check, 'none is published; DANE is optional');
  } else {
    const own = records.filter(({ usage }) => usage === 3);
    if (own.length === 0) yield skip(check, 'only records of usage 3 are compared, and none is published');
    else if (own.some((record) => fits(record, certificate.raw))) yield ok(check, 'it fits the certificate');
    else
      yield fail(
        check,
        'no record fits the certificate: senders that use DANE deliver nothing',
        'publish what "mail-pipeline dns --certificate FILE" prints',
      );
  }
}

/** RFC 6698 §2.1.2 and §2.1.3. */
function fits({ selector, matching, data }: Tlsa, der: Buffer): boolean {
  const selected = selector === 0 ? der : new X509Certificate(der).publicKey.export({ type: 'spki', format: 'der' });
  const hash = { 1: 'sha256', 2: 'sha512' }[matching];
  const value = hash === undefined ? selected : createHash(hash).update(selected).digest();
  return value.toString('hex') === data;
}
