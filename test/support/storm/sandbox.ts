import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EnrichmentSettings, NO_ENRICHMENT } from '../../../core/settings/enrichment.ts';
import { WebhookReceiver } from '../webhook-receiver.ts';
import type { FaultPlan } from './fault-plan.ts';

/** Seconds a mail waits: some sandbox answers take longer. */
const DEADLINE_SECONDS = 4;
const REQUEST_MS = 1_000;

/** A service that is asked about every attachment. It answers at once, later, wrongly or never. */
export class Sandbox {
  /** Settings that make the functions call it. */
  readonly enrichment: EnrichmentSettings;
  readonly #receiver: WebhookReceiver;
  readonly #directory: string;

  private constructor(receiver: WebhookReceiver, directory: string, keyFile: string) {
    this.#receiver = receiver;
    this.#directory = directory;
    const key = { kind: 'file' as const, file: keyFile };
    const asked = { contentTypes: ['*'], maxAttachmentsPerMail: 5 };
    this.enrichment = {
      ...NO_ENRICHMENT,
      deadlineSeconds: DEADLINE_SECONDS,
      detonation: { url: `${receiver.url}/files`, key, deadlineMs: REQUEST_MS, ...asked },
    };
  }

  static async start(plan: FaultPlan): Promise<Sandbox> {
    const directory = await mkdtemp(join(tmpdir(), 'sandbox-'));
    const keyFile = join(directory, 'key');
    await writeFile(keyFile, 'k'.repeat(32));
    const receiver = await WebhookReceiver.start(({ path }, response) => answer(plan, path, response));
    return new Sandbox(receiver, directory, keyFile);
  }

  async stop(): Promise<void> {
    await this.#receiver.stop();
    await rm(this.#directory, { recursive: true });
  }
}

function answer(plan: FaultPlan, path: string, response: ServerResponse): void {
  const chance = plan.isCalm ? 1 : plan.random('sandbox');
  const json = (status: number, body: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const counted = (name: string, act: () => unknown) => {
    plan.count(`sandbox ${name}`);
    act();
  };
  if (chance < 0.04) counted('hangs', () => {});
  else if (chance < 0.1) counted('hangs up', () => response.destroy());
  else if (chance < 0.2) counted('fails', () => json(503, {}));
  else if (chance < 0.24) counted('talks nonsense', () => json(200, { status: 'perhaps' }));
  else if (chance < 0.5) counted('asks for time', () => json(202, pending(path)));
  else json(200, { status: 'done', verdict: 'clean' });
}

/** The report id is the last segment of the path that polls it. */
function pending(path: string): object {
  const [, , id = randomUUID()] = path.split('/');
  return { status: 'pending', id, pollSeconds: 1 };
}
