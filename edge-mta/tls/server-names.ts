import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { PermanentError } from '../../core/mail/errors.ts';
import type { Certificate } from './certificate.ts';

interface Named {
  certificate: Certificate;
  x509: X509Certificate;
  /** `rsa`, `ec` and so on: TLS holds one certificate of each. */
  keyType: string;
  /** DNS names, lower case; `*.example.com` among them. */
  names: readonly string[];
}

const DNS_NAME = /(?:^|, )DNS:([^,"]+)/g;

/**
 * Which certificates a client is shown: those for the name that it asks for (SNI, RFC 6066 §3), of which TLS chooses by
 * what the client can verify, RSA or ECDSA.
 */
export class ServerNames {
  /** For a client that asks for no name, or for one that no certificate has. One for each type of key. */
  readonly fallback: readonly Certificate[];
  readonly #contexts = new Map<string, readonly SecureContext[]>();

  /**
   * @param hostname whose certificates are the fallback; when none has it, those with the names of the first
   * @throws PermanentError `tls.invalid` when a name has fewer types of key than the fallback
   */
  constructor(certificates: readonly Certificate[], hostname: string) {
    const named = certificates.map(describe);
    const own = named.filter(({ x509 }) => x509.checkHost(hostname) !== undefined);
    const first = named.filter(({ names }) => names.join() === named[0]?.names.join());
    const fallback = oneOfEachType(own.length > 0 ? own : first);
    this.fallback = fallback.map(({ certificate }) => certificate);
    const contexts = new Map(named.map((each) => [each, createSecureContext(pemOf([each.certificate]))]));
    for (const name of new Set(named.flatMap(({ names }) => names))) {
      const exact = named.filter(({ names }) => names.includes(name));
      const covering = named.filter(({ x509 }) => x509.checkHost(name) !== undefined);
      const shown = oneOfEachType([...exact, ...covering]);
      // Only the fallback has every type of key on every version of Node: what is the same is left to it.
      if (shown.length === fallback.length && shown.every((each) => fallback.includes(each))) continue;
      refuseMissingTypes(name, shown, fallback);
      // On Node 24 the first alone is shown, and RSA is what every client can verify.
      shown.sort((a, b) => Number(b.keyType === 'rsa') - Number(a.keyType === 'rsa'));
      this.#contexts.set(
        name,
        shown.flatMap((each) => contexts.get(each) ?? []),
      );
    }
  }

  /** One for each type of key; empty for the fallback. A wildcard stands for one label (RFC 6125 §6.4.3). */
  contextsFor(servername: string): readonly SecureContext[] {
    const name = servername.toLowerCase();
    return this.#contexts.get(name) ?? this.#contexts.get(name.replace(/^[^.]*/, '*')) ?? [];
  }
}

/**
 * `SNICallback` of Node, which takes one certificate out of a context. Node 24 shows it in the place of all those of the
 * fallback, earlier versions in the place of the one with the same type of key: there the others are set on the socket, as
 * which Node calls this function.
 */
export function showByName(names: () => ServerNames) {
  return function (
    this: unknown,
    servername: string,
    done: (error: Error | null, context?: SecureContext) => void,
  ): void {
    const [first, ...others] = names().contextsFor(servername);
    if (this instanceof TLSSocket) for (const other of others) this.setKeyCert(other);
    done(null, first);
  };
}

function describe(certificate: Certificate): Named {
  const x509 = new X509Certificate(certificate.chain);
  const names = [...(x509.subjectAltName ?? '').matchAll(DNS_NAME)].map(([, name = '']) => name.toLowerCase());
  return { certificate, x509, keyType: x509.publicKey.asymmetricKeyType ?? '', names: names.sort() };
}

const oneOfEachType = (named: readonly Named[]): Named[] =>
  named.filter((each, index) => named.findIndex(({ keyType }) => keyType === each.keyType) === index);

/** Before Node 24 a type of key that a name lacks would be shown with the certificate of the fallback. */
function refuseMissingTypes(name: string, shown: readonly Named[], fallback: readonly Named[]): void {
  const missing = fallback.find(({ keyType }) => !shown.some((each) => each.keyType === keyType));
  if (missing === undefined) return;
  const reason = `${name} has no certificate with a key of type ${missing.keyType}, which ${missing.names[0]} has: add one`;
  throw new PermanentError('tls.invalid', `the certificates cannot be used together: ${reason}`);
}

/** As TLS options have them. */
export const pemOf = (certificates: readonly Certificate[]): { cert: string[]; key: string[] } => ({
  cert: certificates.map(({ chain }) => chain),
  key: certificates.map(({ key }) => key),
});
