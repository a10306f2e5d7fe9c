import type { Log } from '../../core/log/log.ts';
import { errorText } from '../../core/mail/errors.ts';
import type { Certificate } from './certificate.ts';
import type { CertificateSource } from './certificate-source.ts';

/** Reloads renewed certificates without a restart. */
export class CertificateWatch {
  readonly #source: CertificateSource;
  readonly #use: (certificates: readonly Certificate[]) => void;
  readonly #log: Log;
  #current: readonly Certificate[];
  #timer: NodeJS.Timeout | undefined;
  /** Number of reloads started, and the latest one whose result was evaluated. */
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
   * If one of them cannot be read or used, all current certificates stay in use. Of overlapping reloads (timer and
   * SIGHUP) the one started last has read the newest data, so an earlier one that finishes later changes nothing.
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
