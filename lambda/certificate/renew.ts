import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import type { ExportedCertificate, ManagedCertificate } from '../../core/aws/certificate-manager.ts';
import type { Secret } from '../../core/aws/secrets-manager.ts';
import type { Log } from '../../core/log/log.ts';
import { errorText, PermanentError } from '../../core/mail/errors.ts';

export interface RenewDeps {
  managed: ManagedCertificate;
  /** The secret that the edge reads: chain and key as PEM, or no certificate yet. */
  secret: Secret;
  hostname: string;
  log: Log;
  now: () => Date;
}

/**
 * Copies the current certificate from ACM to the secret that the edge reads, unless it is already there. A certificate
 * that the edge could not use is not written, and any failure leaves the existing one in place. The edge reports how
 * many days that one has left, so the alarm also covers failed renewals, whatever the reason.
 *
 * @throws TransientError, PermanentError
 */
export async function renew({ managed, secret, hostname, log, now }: RenewDeps): Promise<void> {
  const held = certificateOf(await secret.read());
  const { status, serial, renewal } = await managed.state();
  if (status !== 'ISSUED' || renewal === 'FAILED' || renewal === 'PENDING_VALIDATION') {
    log.warn('certificate not renewed by ACM', { status, renewal, heldUntil: held?.validTo ?? null });
  }
  if (status !== 'ISSUED' || serial === null || (held !== null && isSerial(held, serial))) return;
  const passphrase = randomBytes(32).toString('base64');
  const { certificate, pem } = usable(await managed.export(passphrase), passphrase, hostname, now());
  await secret.write(pem);
  log.info('certificate renewed', { serial: certificate.serialNumber, validTo: certificate.validTo });
}

/** The first certificate in PEM text; null when there is no readable one. */
function certificateOf(text: string): X509Certificate | null {
  try {
    return new X509Certificate(text);
  } catch {
    return null;
  }
}

/** ACM writes `0a:1b:…`, Node `A1B…`. */
const isSerial = ({ serialNumber }: X509Certificate, serial: string): boolean =>
  digits(serialNumber) === digits(serial);

const digits = (serial: string): string => serial.toLowerCase().replaceAll(':', '').replace(/^0+/, '');

/** PEM of the chain and the key, as the edge needs it. @throws PermanentError `certificate.unusable` */
function usable({ chain, encryptedKey }: ExportedCertificate, passphrase: string, hostname: string, now: Date) {
  const certificate = certificateOf(chain);
  if (certificate === null) throw unusable('it cannot be read');
  const key = decrypted(encryptedKey, passphrase);
  if (!certificate.checkPrivateKey(key)) throw unusable('the key belongs to another certificate');
  if (certificate.checkHost(hostname) === undefined) throw unusable(`it is not for ${hostname}`);
  if (Date.parse(certificate.validTo) <= now.getTime()) throw unusable(`it expired on ${certificate.validTo}`);
  return { certificate, pem: `${chain.trimEnd()}\n${key.export({ type: 'pkcs8', format: 'pem' })}` };
}

function decrypted(key: string, passphrase: string) {
  try {
    return createPrivateKey({ key, passphrase });
  } catch (error) {
    throw unusable(`its key cannot be decrypted (${errorText(error)})`);
  }
}

const unusable = (reason: string) =>
  new PermanentError('certificate.unusable', `the certificate that ACM exported cannot be used: ${reason}`);
