import { expect } from 'vitest';
import { failedKey } from '../../core/mail/keys.ts';
import type { LambdaFunction } from '../../local/runtime/lambda-function.ts';
import { CONTENT, FunctionWorld } from './function-world.ts';
import { type AfterKill, type KilledRun, type KillReport, killEverywhere } from './kill-rounds.ts';
import { type KillPoint, KillSwitch } from './kill-switch.ts';

/** Limit of a test of kills, in milliseconds: a hundred of each step take an hour on a busy machine. */
export const KILLS_TIMEOUT = { timeout: 7_200_000 };

const POINTS: KillPoint[] = ['before', 'after'];

/** A world of functions of which one is killed, and the parser is not. */
export class KillWorld {
  readonly world: FunctionWorld;
  readonly parser: LambdaFunction;
  /** Events of raw mails that were stored. */
  readonly stored: string[];
  readonly #switch: KillSwitch;
  #killed: LambdaFunction | null = null;
  #mails = 0;

  private constructor(world: FunctionWorld, parser: LambdaFunction, stored: string[]) {
    this.world = world;
    this.parser = parser;
    this.stored = stored;
    this.#switch = new KillSwitch(() => {
      for (const pid of this.#killed?.pids ?? []) process.kill(pid, 'SIGKILL');
    });
  }

  static async start(): Promise<KillWorld> {
    const stored: string[] = [];
    const world = await FunctionWorld.start({ deliver: async (event) => void stored.push(event) });
    const started = new KillWorld(world, await world.parser(), stored);
    const { s3, sqs } = world;
    world.endpoints.s3 = await started.#switch.proxy.listen(s3.endpoint);
    world.endpoints.sqs = await started.#switch.proxy.listen(sqs.endpoint);
    return started;
  }

  async stop(): Promise<void> {
    await this.world.stop();
    this.#switch.proxy.close();
  }

  /** A mail that no other is a duplicate of. */
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

  /** Kills a function at each of its requests: before the service hears of it, and when nobody hears the answer. */
  killEverywhere(killed: LambdaFunction, run: KilledRun): Promise<KillReport> {
    this.#killed = killed;
    return killEverywhere(this.#switch, POINTS, run);
  }

  /** The first invocation fails when the function is killed in it; the event comes again until it is done. Returns the answer. */
  async invokeKilled(killed: LambdaFunction, event: unknown, arm: () => void, disarm: () => boolean): Promise<string> {
    arm();
    const first = await killed.invoke(event);
    expect(first.status).toBe(disarm() ? 'error' : 'ok');
    return untilDone(killed, event);
  }

  /** What came out of the queue, which is empty then, and whether the mail is called failed. */
  async outcomeOf(id: string): Promise<AfterKill> {
    const { parsedMail, s3 } = this.world;
    const messages: string[] = [];
    for (;;) {
      const batch = await parsedMail.receive({ waitSeconds: 0 });
      if (batch.length === 0) break;
      for (const { body, receiptHandle } of batch) {
        await parsedMail.delete(receiptHandle);
        const message = JSON.parse(body);
        expect(await this.world.document(message.id)).toEqual(message);
        messages.push(`${message.dedupKey} ${message.revision} ${message.route}`);
      }
    }
    const failed = (await s3.store.head({ bucket: CONTENT, key: failedKey(id) })) !== null;
    return { messages, failed };
  }
}

/** Invokes a function until it lives through it. */
export async function untilDone(target: LambdaFunction, event: unknown): Promise<string> {
  for (;;) {
    const outcome = await target.invoke(event);
    if (outcome.status === 'ok') return outcome.payload;
  }
}

/** Every mail has that one outcome, and these are the steps that the program was killed at. */
export function expectOneOutcomeEach(report: KillReport, outcome: 'message' | 'failure', steps: unknown[]): void {
  const { mails, lost, twoOutcomes, duplicated, failed } = report;
  const none = { lost: 0, twoOutcomes: 0, duplicated: 0 };
  expect({ lost, twoOutcomes, duplicated, failed }).toEqual({ ...none, failed: outcome === 'failure' ? mails : 0 });
  expect(Object.keys(report.kills)).toEqual(steps);
}
