import { expect } from 'vitest';
import { failedKey } from '../../core/mail/keys.ts';
import type { LambdaFunction } from '../../local/runtime/lambda-function.ts';
import { CONTENT, FunctionHarness } from './function-harness.ts';
import { type AfterKill, type KilledRun, type KillReport, killEverywhere } from './kill-rounds.ts';
import { type KillPoint, KillSwitch } from './kill-switch.ts';

/** Timeout of a kill test, in milliseconds: 100 kills of each step take an hour on a busy machine. */
export const KILLS_TIMEOUT = { timeout: 7_200_000 };

const POINTS: KillPoint[] = ['before', 'after'];

/** The functions, one of which (never the parser) is killed. */
export class KillHarness {
  readonly harness: FunctionHarness;
  readonly parser: LambdaFunction;
  /** Notifications of the raw mails stored. */
  readonly stored: string[];
  readonly #switch: KillSwitch;
  #killed: LambdaFunction | null = null;
  #mails = 0;

  private constructor(harness: FunctionHarness, parser: LambdaFunction, stored: string[]) {
    this.harness = harness;
    this.parser = parser;
    this.stored = stored;
    this.#switch = new KillSwitch(() => {
      for (const pid of this.#killed?.pids ?? []) process.kill(pid, 'SIGKILL');
    });
  }

  static async start(): Promise<KillHarness> {
    const stored: string[] = [];
    const harness = await FunctionHarness.start({ deliver: async (event) => void stored.push(event) });
    const started = new KillHarness(harness, await harness.parser(), stored);
    const { s3, sqs } = harness;
    harness.endpoints.s3 = await started.#switch.proxy.listen(s3.endpoint);
    harness.endpoints.sqs = await started.#switch.proxy.listen(sqs.endpoint);
    return started;
  }

  async stop(): Promise<void> {
    await this.harness.stop();
    this.#switch.proxy.close();
  }

  /** A mail that is not a duplicate of any other. */
  mail(): string {
    this.#mails += 1;
    return [
      'From: ann@example.net',
      `Message-ID: <${this.#mails}@example.net>`,
      'Date: Sun, 22 Nov 2026 10:00:00 +0000',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'text',
      '--b',
      'Content-Disposition: attachment; filename=a',
      '',
      'attached',
      '--b--',
      '',
    ].join('\r\n');
  }

  /**
   * Kills a function at each of its requests: before the service receives it, and before the function reads the answer.
   */
  killEverywhere(killed: LambdaFunction, run: KilledRun): Promise<KillReport> {
    this.#killed = killed;
    return killEverywhere(this.#switch, POINTS, run);
  }

  /**
   * The first invocation fails if the function is killed; the event is redelivered until it succeeds. Returns the
   * payload.
   */
  async invokeKilled(killed: LambdaFunction, event: unknown, arm: () => void, disarm: () => boolean): Promise<string> {
    arm();
    const first = await killed.invoke(event);
    expect(first.status).toBe(disarm() ? 'error' : 'ok');
    return untilDone(killed, event);
  }

  /** Drains the queue. Returns its messages, and whether the mail has a failure. */
  async outcomeOf(id: string): Promise<AfterKill> {
    const { parsedMail, s3 } = this.harness;
    const messages: string[] = [];
    for (;;) {
      const batch = await parsedMail.receive({ waitSeconds: 0 });
      if (batch.length === 0) break;
      for (const { body, receiptHandle } of batch) {
        await parsedMail.delete(receiptHandle);
        const message = JSON.parse(body);
        expect(await this.harness.document(message.id)).toEqual(message);
        messages.push(`${message.dedupKey} ${message.revision} ${message.route}`);
      }
    }
    const failed = (await s3.store.head({ bucket: CONTENT, key: failedKey(id) })) !== null;
    return { messages, failed };
  }
}

/** Invokes a function until an invocation succeeds. */
export async function untilDone(target: LambdaFunction, event: unknown): Promise<string> {
  for (;;) {
    const outcome = await target.invoke(event);
    if (outcome.status === 'ok') return outcome.payload;
  }
}

/** Every mail has exactly this outcome, and the program was killed at exactly these steps. */
export function expectOneOutcomeEach(report: KillReport, outcome: 'message' | 'failure', steps: unknown[]): void {
  const { mails, lost, twoOutcomes, duplicated, failed } = report;
  const none = { lost: 0, twoOutcomes: 0, duplicated: 0 };
  expect({ lost, twoOutcomes, duplicated, failed }).toEqual({ ...none, failed: outcome === 'failure' ? mails : 0 });
  expect(Object.keys(report.kills)).toEqual(steps);
}
