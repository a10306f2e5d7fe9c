import type { Log } from '../../core/log/log.ts';
import { errorText } from '../../core/mail/errors.ts';
import type { Certificate } from './certificate.ts';
import type { CertificateSource } from './certificate-source.ts';

/** Looks for renewed certificates, so that they are used without a restart. */
export class CertificateWatch {
  readonly #source: CertificateSource;
  readonly #use: (certificates: readonly Certificate[]) => void;
  readonly #log: Log;
  #current: readonly Certificate[];
  #timer: NodeJS.Timeout | undefined;
  /** Reloads that began, and the one of them whose certificates were looked at last. */
  #begun = 0;
  #settled = 0;

  constructor(
    source: CertificateSource,
    current: readonly Certificate[],
    use: (certificates: readonly Certificate[]) => void,
    log: Log,
  ) {
    this.#source = source;
    this.#current = current;
    this.#use = use;
    this.#log = log;
  }

  get presented(): readonly Certificate[] {
    return this.#current;
  }

  start(intervalMs: number): void {
    this.#timer = setInterval(() => void this.reload(), intervalMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /**
   * When one of them cannot be read or used, all stay that are in use. Of reloads that overlap (the timer and
   * SIGHUP) the one that began last has read what is newest: one that began before it and ends after it changes nothing.
   */
  async reload(): Promise<void> {
    const turn = ++this.#begun;
    try {
      const found = await this.#source();
      if (turn < this.#settled) return;
      this.#settled = turn;
      if (JSON.stringify(found) === JSON.stringify(this.#current)) return;
      this.#use(found);
      this.#current = found;
      this.#log.info('certificate reloaded', { certificates: found.length });
    } catch (error) {
      this.#log.error('certificate not reloaded', { reason: errorText(error) });
    }
  }
}
