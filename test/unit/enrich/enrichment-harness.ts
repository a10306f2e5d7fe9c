import { decodeEnrichMessage } from '../../../core/enrich/messages.ts';
import { draftKey, parsedKey } from '../../../core/mail/keys.ts';
import { type ParsedMail, parsedMailSchema } from '../../../core/mail/parsed-mail.ts';
import { encodeDeadLetter } from '../../../core/outcome/dead-letter.ts';
import { NO_ENRICHMENT } from '../../../core/settings/enrichment.ts';
import { settleEnrichment } from '../../../lambda/dead-letter/settle-enrichment.ts';
import { handleEvent } from '../../../lambda/enricher/handle-event.ts';
import type { StepRunner } from '../../../lambda/enricher/runner.ts';
import { enrichMail, wasHeldBefore } from '../../../lambda/parser/enrich-mail.ts';
import { enricherDependencies } from '../../support/enricher-dependencies.ts';
import { MemoryQueue, MemoryStore } from '../../support/memory-aws.ts';
import { parsedMail } from '../../support/parsed-mail.ts';
import { eventOf } from '../../support/sqs-event.ts';

export const NEVER = new AbortController().signal;
export const MAX_ATTEMPTS = 3;
/** A single step that finds names in the text. */
export const ENRICHMENT = { ...NO_ENRICHMENT, entities: true };
const FINDS_NOTHING: StepRunner = {
  run: async () => ({ status: 'ok', result: { entities: [] }, costUsd: 0 }),
};

export interface Message {
  messageId: string;
  body: string;
}

/** One mail and the functions that enrich it. */
export class EnrichmentHarness {
  readonly mail: ParsedMail;
  readonly deps: ReturnType<typeof enricherDependencies>;
  readonly parsed = new MemoryQueue();
  readonly enrich = new MemoryQueue();
  readonly deadLetters = new MemoryQueue();
  readonly store = new MemoryStore();
  /** Milliseconds since 1970. */
  now = 0;
  #taken = 0;

  constructor(mail: Partial<ParsedMail> = {}, enrichment: typeof NO_ENRICHMENT = ENRICHMENT, runner = FINDS_NOTHING) {
    this.mail = parsedMail({ text: 'the text of a mail', steps: [], ...mail });
    this.mail.document.key = parsedKey(this.mail.id);
    this.deps = {
      ...enricherDependencies({
        store: this.store,
        queue: this.parsed,
        enrich: this.enrich,
        runnerOf: async () => runner,
        enrichment,
        maxAttempts: MAX_ATTEMPTS,
        deadLetters: this.deadLetters,
      }),
      now: () => this.now,
    };
  }

  async parse(): Promise<unknown> {
    return enrichMail(this.deps, this.mail, await wasHeldBefore(this.deps, this.mail, this.mail), NEVER);
  }

  /** Messages sent since the last call. */
  messages(): Message[] {
    const sent = this.enrich.sent.slice(this.#taken);
    this.#taken = this.enrich.sent.length;
    return sent.map(({ body }, at) => ({ messageId: `${this.#taken}-${at}`, body }));
  }

  /** Redelivers until the message is acknowledged; false if it became a dead letter. */
  async receive({ messageId, body }: Message): Promise<boolean> {
    const before = this.deadLetters.sent.length;
    for (let receiveCount = 1; ; receiveCount += 1) {
      const event = eventOf([{ messageId, body, receiptHandle: 'h', attributes: {}, receiveCount }]);
      if ((await handleEvent(this.deps, event, NEVER)).batchItemFailures.length === 0) break;
    }
    return this.deadLetters.sent.length === before;
  }

  /** @param attempts by the function; none if EventBridge could not deliver the message */
  settle({ messageId, body }: Message, attempts = MAX_ATTEMPTS): Promise<void> {
    const message = decodeEnrichMessage(body);
    if (message === null) throw new Error(`no message: ${body}`);
    const cause = { reason: 'x.away', lastError: null, receiveCount: attempts };
    const attributes = attempts === 0 ? {} : encodeDeadLetter(body, cause).attributes;
    const record = { messageId, body, receiptHandle: 'h', attributes, queue: null, receiveCount: 1 };
    return settleEnrichment(this.deps, message, record, NEVER);
  }

  get sent(): ParsedMail[] {
    return this.parsed.sent.map(({ body }) => parsedMailSchema.parse(JSON.parse(body)));
  }

  get waits(): boolean {
    return this.store.has({ bucket: this.mail.document.bucket, key: draftKey(this.mail.id, this.mail.revision) });
  }
}
