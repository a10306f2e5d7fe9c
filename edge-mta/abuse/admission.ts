import type { SmtpLimits } from '../../core/mail/smtp-limits.ts';
import { REPLIES, type Reply } from '../replies.ts';
import type { LoopLag } from './loop-lag.ts';
import type { SourceTable } from './source-table.ts';

/** Who gets a session. */
export class Admission {
  readonly #limits: SmtpLimits;
  readonly #sources: SourceTable;
  readonly #lag: LoopLag;

  constructor(limits: SmtpLimits, sources: SourceTable, lag: LoopLag) {
    this.#limits = limits;
    this.#sources = sources;
    this.#lag = lag;
  }

  /**
   * Null when the client is let in: then it counts as open until `sources.left`. One source is refused before all are,
   * so that a flood from one place does not shut everybody out.
   *
   * @param open sessions of all sources
   */
  refusal(address: string, open: number, now: number): Reply | null {
    if (!this.#sources.connected(address, now)) return REPLIES.tooManyFromSource;
    const reply = this.#overload(open);
    if (reply !== null) this.#sources.left(address);
    return reply;
  }

  #overload(open: number): Reply | null {
    if (open >= this.#limits.maxConnections) return REPLIES.tooManyConnections;
    return this.#lag.ms > this.#limits.loopLagMs ? REPLIES.overloaded : null;
  }
}
