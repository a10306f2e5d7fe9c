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
  /** Reloads that began, and the one of them whose certificate was looked at last. */
  #begun = 0;
  #settled = 0;

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

  /**
   * A certificate that cannot be read or used leaves the one that is in use. Of reloads that overlap (the timer and
   * SIGHUP) the one that began last has read what is newest: one that began before it and ends after it changes nothing.
   */
  async reload(): Promise<void> {
    const turn = ++this.#begun;
    try {
      const found = await this.#source();
      if (turn < this.#settled) return;
      this.#settled = turn;
      if (found.chain === this.#current.chain && found.key === this.#current.key) return;
      this.#use(found);
      this.#current = found;
      this.#log.info('certificate reloaded');
    } catch (error) {
      this.#log.error('certificate not reloaded', { reason: errorText(error) });
    }
  }
}
