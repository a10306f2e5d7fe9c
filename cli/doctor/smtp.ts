import { createHash, X509Certificate } from 'node:crypto';
import type { Probed, Secured } from '../../core/smtp/probe.ts';
import type { DnsAnswers, Tlsa } from './dns-answers.ts';
import { type Finding, fail, ok, skip } from './finding.ts';

const DAY_MS = 86_400_000;
/** The same threshold as the alarm `certificate-expiring`. */
const DAYS_TO_RENEW = 14;

export interface CertificateExpectation {
  /** Whether the configuration names a certificate that senders can verify. Without one the edge signs its own. */
  trusted: boolean;
  /** The name the certificate must cover; null when the configuration names none. */
  name: string | null;
  now: Date;
}

/** Judges STARTTLS and the certificate by a session that delivered no mail. */
export function* checkTls({ secured }: Probed, expected: CertificateExpectation): Generator<Finding> {
  if (secured === null) {
    yield fail(
      'STARTTLS',
      'the server does not offer it, so mail arrives unencrypted',
      'check the log of the edge for certificate errors; a firewall on the way may also strip STARTTLS',
    );
    return;
  }
  yield ok('STARTTLS', `${secured.version}, ${secured.cipher}`);
  yield certificateFinding(secured, expected);
}

/** OpenSSL verification codes (verify(1)) with a remedy of their own. */
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
  const renewal = 'see docs/runbook.md, "certificate-expiring", for how to renew it';
  if (days < 0)
    return fail(
      check,
      `it expired on ${ends.toISOString().slice(0, 10)}`,
      expected.trusted ? renewal : 'restart the edge, which then signs a new one',
    );
  if (!expected.trusted)
    return ok(
      check,
      `for ${names}, self-signed or from an unknown issuer, as configured: enough for opportunistic TLS; ${until}`,
    );
  if (SELF_SIGNED.has(distrust ?? '')) {
    return fail(
      check,
      'it is self-signed',
      'put the certificate with its chain into the secret; with tls.acm the first one arrives up to 20 minutes after the deployment',
    );
  }
  if (INCOMPLETE.has(distrust ?? '')) {
    return fail(
      check,
      `its issuer is unknown (${distrust})`,
      'append the intermediate certificates to it in the secret; if your own CA signed it, set NODE_EXTRA_CA_CERTS to that CA',
    );
  }
  if (distrust !== null && distrust !== 'ERR_TLS_CERT_ALTNAME_INVALID')
    return fail(check, `it cannot be trusted: ${distrust}`, renewal);
  if (expected.name !== null && otherName !== null) {
    return fail(
      check,
      `it is for ${names}, not for ${expected.name}`,
      `use one for ${expected.name}, the name that MX records point to`,
    );
  }
  if (days < DAYS_TO_RENEW) return fail(check, until, renewal);
  return ok(check, `for ${names}; ${until}`);
}

/** Published TLSA records must match the certificate, or senders that use DANE deliver nothing (RFC 7672 §2.2). */
export async function* checkTlsa(host: string, { certificate }: Secured, dns: DnsAnswers): AsyncGenerator<Finding> {
  const name = `_25._tcp.${host}`;
  const check = `TLSA of ${name}`;
  const records = await dns.tlsa(name);
  if (records === null) {
    yield skip(check, `Node ${process.versions.node} cannot query TLSA: use Node 22.15 or newer`);
  } else if (records.length === 0) {
    yield skip(check, 'none is published; DANE is optional');
  } else {
    const own = records.filter(({ usage }) => usage === 3);
    if (own.length === 0) yield skip(check, 'only records of usage 3 are compared, and there is none');
    else if (own.some((record) => fits(record, certificate.raw))) yield ok(check, 'it matches the certificate');
    else
      yield fail(
        check,
        'no record matches the certificate, so senders that use DANE deliver nothing',
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
