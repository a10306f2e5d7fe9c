import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { PermanentError } from '../../core/mail/errors.ts';
import type { Certificate } from './certificate.ts';

interface Named {
  certificate: Certificate;
  x509: X509Certificate;
  /** `rsa`, `ec` and so on; TLS holds one certificate per type. */
  keyType: string;
  /** DNS names in lower case, including wildcards such as `*.example.com`. */
  names: readonly string[];
}

const DNS_NAME = /(?:^|, )DNS:([^,"]+)/g;

/**
 * Selects the certificates to present: those for the name the client requests (SNI, RFC 6066 §3), of which TLS picks
 * RSA or ECDSA by what the client can verify.
 */
export class ServerNames {
  /** Fallback, one per key type, for clients that request no name or an unknown one. */
  readonly fallback: readonly Certificate[];
  readonly #contexts = new Map<string, readonly SecureContext[]>();

  /**
   * @param hostname its certificates are the fallback; if none has it, those with the names of the first certificate
   * @throws PermanentError `tls.invalid` when a name has fewer key types than the fallback
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
      // Only the fallback offers every key type on every Node version, so identical names are left to it.
      if (shown.length === fallback.length && shown.every((each) => fallback.includes(each))) continue;
      refuseMissingTypes(name, shown, fallback);
      // Node 24 presents only the first, and every client can verify RSA.
      shown.sort((a, b) => Number(b.keyType === 'rsa') - Number(a.keyType === 'rsa'));
      this.#contexts.set(
        name,
        shown.flatMap((each) => contexts.get(each) ?? []),
      );
    }
  }

  /** One per key type; empty for the fallback. A wildcard matches one label (RFC 6125 §6.4.3). */
  contextsFor(servername: string): readonly SecureContext[] {
    const name = servername.toLowerCase();
    return this.#contexts.get(name) ?? this.#contexts.get(name.replace(/^[^.]*/, '*')) ?? [];
  }
}

/**
 * Node's `SNICallback`, which takes one certificate from a context. Node 24 presents it instead of all fallback
 * certificates, earlier versions instead of the one with the same key type; there the others are set on the socket,
 * which is `this` in the callback.
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

/** Before Node 24, Node would present the fallback's certificate for a key type that a name lacks. */
function refuseMissingTypes(name: string, shown: readonly Named[], fallback: readonly Named[]): void {
  const missing = fallback.find(({ keyType }) => !shown.some((each) => each.keyType === keyType));
  if (missing === undefined) return;
  const reason = `${name} has no certificate with a key of type ${missing.keyType}, which ${missing.names[0]} has: add one`;
  throw new PermanentError('tls.invalid', `the certificates cannot be used together: ${reason}`);
}

/** In the form of TLS options. */
export const pemOf = (certificates: readonly Certificate[]): { cert: string[]; key: string[] } => ({
  cert: certificates.map(({ chain }) => chain),
  key: certificates.map(({ key }) => key),
});
