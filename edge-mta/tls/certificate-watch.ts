import type { Log } from '../../core/log/log.ts';
import { errorText } from '../../core/mail/errors.ts';
import type { Certificate } from './certificate.ts';
import type { CertificateSource } from './certificate-source.ts';

/** Looks for a renewed certificate, so that it is used without a restart. */
export class CertificateWatch {
  readonly #source: CertificateSource;
  readonly #use: (certificate: Certificate) => void;
  readonly #log: Log;
  #current: Certificate;
  #timer: NodeJS.Timeout | undefined;

  constructor(source: CertificateSource, current: Certificate, use: (certificate: Certificate) => void, log: Log) {
    this.#source = source;
    this.#current = current;
    this.#use = use;
    this.#log = log;
  }

  start(intervalMs: number): void {
    this.#timer = setInterval(() => void this.reload(), intervalMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** A certificate that cannot be read or used leaves the one that is in use. */
  async reload(): Promise<void> {
    try {
      const found = await this.#source();
      if (found.chain === this.#current.chain && found.key === this.#current.key) return;
      this.#use(found);
      this.#current = found;
      this.#log.info('certificate reloaded');
    } catch (error) {
      this.#log.error('certificate not reloaded', { reason: errorText(error) });
    }
  }
}
