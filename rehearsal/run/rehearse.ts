import { randomUUID } from 'node:crypto';
import { foreignMailId } from '../../core/mail/id.ts';
import { SmtpClient } from '../../core/smtp/smtp-client.ts';
import { firstDenied } from '../aws/authorise.ts';
import type { Statement } from '../iam/statement.ts';
import type { Deployed } from './deploy.ts';
import { plainMail, type RehearsalMail, rehearsalMails, scannedMail } from './mails.ts';
import { type Probed, probe, refusing } from './probes.ts';
import { recipientsOf } from './recipients.ts';
import { receiveBySes } from './ses.ts';
import { type Topology, topologyOf } from './topology.ts';
import { failFirstCount, failReads, loseEvent, Trouble } from './trouble.ts';

/** Timeout of each check in milliseconds; a check takes seconds, on a busy machine a minute. */
const PATIENCE_MS = 120_000;
/** Total timeout once a check has failed, because checks that depend on a denied request never pass. */
const SHORT_PATIENCE_MS = 5_000;

/** One check of the rehearsal. */
export interface Check {
  what: string;
  ok: boolean;
}

export interface Progress {
  signal: AbortSignal;
  /** Called with the name of each phase. */
  say(what: string): void;
}

export interface Rehearsed {
  checks: readonly Check[];
  /** Requests that must be denied, with the decision. */
  probed: readonly Probed[];
  /** Redundant statements. */
  unneeded: readonly Statement[];
}

/** Sends mails through the deployment, injects faults, and reports the outcome. */
export async function rehearse(deployed: Deployed, { signal, say }: Progress): Promise<Rehearsed> {
  const functions = deployed.functions.map((each) => each.deployed);
  const topology = topologyOf({ ...deployed, functions });
  const run = new Run(deployed, topology, signal);
  say('sending mails');
  await run.samples();
  say('sending mails with injected faults');
  await run.troubles();
  say('checking the outcomes');
  await run.settle();
  say('schedules');
  await run.schedules();
  await run.rest();
  const probed = probe(deployed, topology);
  const refusals = refusing(deployed, probed);
  const unneeded = deployed.guard.unneeded().filter((statement) => !refusals.has(statement));
  return { checks: run.checks, probed, unneeded };
}

class Run {
  readonly checks: Check[] = [];
  readonly #deployed: Deployed;
  readonly #topology: Topology;
  readonly #signal: AbortSignal;
  /** Mails that must come out of a queue: descriptions by id. */
  readonly #expected = new Map<string, string>();
  readonly #sent = new Set<string>();
  /** Id of the mail that only the reconciler can find. */
  #reconciled: string | null = null;
  readonly #later: (() => Promise<void>)[] = [];
  /** Deadline of all checks in monotonic milliseconds; null while no check has failed. */
  #end: number | null = null;

  constructor(deployed: Deployed, topology: Topology, signal: AbortSignal) {
    this.#deployed = deployed;
    this.#topology = topology;
    this.#signal = signal;
  }

  async samples(): Promise<void> {
    // Looks for an attempt count that does not exist.
    for (const { deployed } of this.#deployed.functions) {
      if ('WEBHOOKS' in deployed.environment) failFirstCount(this.#deployed, deployed.roleArn);
    }
    if (this.#deployed.edge !== null) {
      for (const mail of rehearsalMails()) {
        const id = await this.#send(mail);
        if (!mail.late) this.#expected.set(id, mail.name);
      }
      for (const address of this.#recipients()) {
        const name = `a mail to ${address} alone`;
        this.#expected.set(await this.#send({ name, message: plainMail(address) }, [address]), name);
      }
    }
    for (const id of await receiveBySes(this.#deployed)) this.#expected.set(id, 'a mail that SES received');
  }

  async troubles(): Promise<void> {
    if (this.#deployed.edge === null) return;
    const { parser, enricher, eventDeadLetters } = this.#topology;
    await this.#mishap('a mail whose first read from S3 failed', plainMail('Once more'), (trouble) =>
      failReads(this.#deployed, trouble, parser.roleArn, true),
    );
    await this.#lose();
    const never = await this.#mishap(
      'a mail whose event never reached a function',
      plainMail('Never tried'),
      (trouble) => loseEvent(this.#deployed, trouble),
    );
    await this.#wait('an event on the dead-letter queue', () => never.event !== null);
    await this.#deployed.storage.sqs.send(eventDeadLetters.name, never.event ?? '');
    await this.#mishap('a mail whose enrichment failed', scannedMail('Not enriched'), (trouble) =>
      failReads(this.#deployed, trouble, enricher.roleArn),
    );
    const failed = new Trouble(this.#sent);
    failReads(this.#deployed, failed, parser.roleArn);
    failed.id = await this.#send({ name: 'a mail that can never be read from S3', message: plainMail('Failed') });
    this.#later.push(() => this.#fails('a mail that can never be read from S3', failed.id ?? ''));
    await this.#byHand();
  }

  /** Loses an event, so that only the reconciler can find the mail. */
  async #lose(): Promise<void> {
    const trouble = new Trouble(this.#sent);
    const lost = loseEvent(this.#deployed, trouble);
    trouble.id = await this.#send({ name: 'Lost', message: plainMail('Lost') });
    await this.#wait('an event that S3 loses', () => lost.event !== null);
    this.#reconciled = trouble.id;
  }

  /** A mail copied into the bucket by hand has no id in its name, and fails as well. */
  async #byHand(): Promise<void> {
    const { parser, rawBucket } = this.#topology;
    const { s3, url } = this.#deployed.storage;
    const place = { bucket: rawBucket.name, key: `raw/copied-by-hand-${randomUUID()}.eml` };
    failReads(this.#deployed, { isAbout: (arn) => arn.endsWith(place.key) }, parser.roleArn);
    await fetch(`${url}/${place.bucket}/${place.key}`, { method: 'PUT', body: plainMail('By hand') });
    const { lastModified } = (await s3.objects.head(place)) ?? { lastModified: new Date(0) };
    this.#later.push(() => this.#fails('a mail copied by hand', foreignMailId(place, lastModified)));
  }

  /** Waits for the failure record of a mail that retries cannot save. */
  async #fails(name: string, id: string): Promise<void> {
    const record = { bucket: this.#topology.contentBucket.name, key: `failed/${id}.json` };
    const { objects } = this.#deployed.storage.s3;
    await this.#wait(`the failure of ${name}`, async () => (await objects.head(record)) !== null);
  }

  /** Invokes schedules as EventBridge does; the function's policy must allow each one. */
  async schedules(): Promise<void> {
    const { guard, functions } = this.#deployed;
    for (const { deployed, lambda } of functions) {
      for (const rule of deployed.scheduleArns) {
        const principal = { kind: 'service', name: 'events.amazonaws.com' } as const;
        const context = { 'aws:SourceArn': rule };
        const asked = { action: 'lambda:InvokeFunction', resource: deployed.arn, context };
        const outcome = firstDenied(guard, principal, [asked]) === null ? await lambda.invoke({}) : null;
        this.checks.push({ what: `${deployed.name} runs on its schedule`, ok: outcome?.status === 'ok' });
      }
    }
    if (this.#reconciled !== null) await this.#comesOut('a mail whose event S3 lost', this.#reconciled);
  }

  #comesOut(name: string, id: string): Promise<void> {
    const names = this.#topology.published.map((queue) => queue.name);
    return this.#wait(name, () => this.#deployed.observations.queuesOf(id).some((queue) => names.includes(queue)));
  }

  async settle(): Promise<void> {
    const { standIn, observations, queues, functions } = this.#deployed;
    const { published } = this.#topology;
    for (const [id, name] of this.#expected) await this.#comesOut(name, id);
    for (const look of this.#later) await look();
    for (const path of standIn.webhooks) {
      await this.#wait(`the webhook ${path}`, () => standIn.posted.some((posted) => posted.path === path));
    }
    if (standIn.webhooks.length > 0) {
      const targets = published.filter(({ arn }) =>
        functions.some(({ deployed }) => deployed.mappings.some(({ queueArn }) => queueArn === arn)),
      );
      const given = targets.map(({ deadLetterArn }) => queues.find(({ arn }) => arn === deadLetterArn)?.name ?? '');
      await this.#wait('a mail that webhooks reject', () => given.some((name) => observations.wasSentTo(name)));
    }
  }

  /** Waits until all work is done, because functions still work after sending the awaited message. */
  async rest(): Promise<void> {
    const { functions, storage } = this.#deployed;
    const names = functions.flatMap(({ deployed }) =>
      deployed.mappings.map(({ queueArn }) => queueArn.split(':').at(-1) ?? ''),
    );
    await this.#wait('empty queues', () =>
      names.every((name) => {
        const depth = storage.sqs.depth(name);
        return depth !== null && depth.visible + depth.inFlight === 0;
      }),
    );
  }

  async #mishap<T>(name: string, message: Buffer, arrange: (trouble: Trouble) => T): Promise<T> {
    const trouble = new Trouble(this.#sent);
    const arranged = arrange(trouble);
    trouble.id = await this.#send({ name, message });
    this.#expected.set(trouble.id, name);
    return arranged;
  }

  #recipients(): string[] {
    return recipientsOf(this.#deployed.edge?.deployed.environment ?? {}, this.#topology.parser.environment);
  }

  /** @returns the id the edge assigned */
  async #send({ name, message }: RehearsalMail, rcptTo = this.#recipients()): Promise<string> {
    const { edge } = this.#deployed;
    if (edge === null) throw new Error('there is no edge');
    const client = await SmtpClient.connect({ host: '127.0.0.1', port: edge.process.smtpPort });
    try {
      const { queueId, reply } = await client.send({ mailFrom: 'ada@example.org', rcptTo }, message);
      if (queueId === null) throw new Error(`${name}: no id in "${reply}"`);
      this.#sent.add(queueId);
      return queueId;
    } finally {
      client.quit();
    }
  }

  async #wait(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    const { observations, guard } = this.#deployed;
    const hopeless = () => guard.refused.length > 0 || this.checks.some((check) => !check.ok);
    await observations.wait(async () => (await condition()) || hopeless(), PATIENCE_MS, this.#signal);
    if (hopeless()) this.#end ??= performance.now() + SHORT_PATIENCE_MS;
    const left = this.#end === null ? 0 : Math.max(0, this.#end - performance.now());
    this.checks.push({ what, ok: await observations.wait(condition, left, this.#signal) });
  }
}
