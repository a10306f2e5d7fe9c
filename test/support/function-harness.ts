import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RawObjectCreated } from '../../core/aws/s3-event.ts';
import { bundleFromCache, type ProgramName } from '../../core/build/bundle.ts';
import { defineConfig } from '../../core/config/define-config.ts';
import { WORK_MAX_RECEIVES } from '../../core/config/functions.ts';
import {
  enricherSettings,
  parserSettings,
  publishingSettings,
  reconcilerSettings,
} from '../../core/config/to-settings.ts';
import { type Envelope, encodeEnvelope } from '../../core/mail/envelope.ts';
import { mintMailId } from '../../core/mail/id.ts';
import { rawKey } from '../../core/mail/keys.ts';
import { type ParsedMail, parsedMailSchema } from '../../core/mail/parsed-mail.ts';
import type { Queue, ReceivedMessage } from '../../core/ports/queue.ts';
import { type EnricherSettings, enricherEnvironment } from '../../core/settings/enricher.ts';
import { NO_ENRICHMENT } from '../../core/settings/enrichment.ts';
import { type ParserSettings, parserEnvironment } from '../../core/settings/parser.ts';
import { deadLetterEnvironment, type PublishingSettings } from '../../core/settings/publishing.ts';
import { type ReconcilerSettings, reconcilerEnvironment } from '../../core/settings/reconciler.ts';
import type { FunctionDefinition } from '../../local/runtime/function-definition.ts';
import { LambdaFunction } from '../../local/runtime/lambda-function.ts';
import { Reaper } from '../../local/runtime/reaper.ts';
import { type DnsServer, startDnsServer, type Zone } from './dns-server.ts';
import { envelope } from './envelope.ts';
import { type LocalS3, startLocalS3 } from './local-s3.ts';
import { type LocalSqs, startLocalSqs } from './local-sqs.ts';

export const RAW = 'raw-mail';
export const CONTENT = 'mail-content';
const CONFIG = defineConfig({});

interface Queues {
  parsedMail: Queue;
  rawMail: Queue;
  deadLetters: Queue;
  enrich: Queue;
}

/** Writes a program into a folder. */
export type Bundle = (name: ProgramName, outdir: string) => Promise<unknown>;

export interface FunctionHarnessOptions {
  /** Called with the notification of each raw mail stored. */
  deliver?: (notification: string) => Promise<void>;
  /** Visibility timeout in seconds. The default is 300. */
  visibilitySeconds?: number;
  bundle?: Bundle;
  /** The DNS zone the parser queries. The default is this machine's resolver. */
  zone?: Zone;
}

/** Local S3 and SQS, and functions from their real bundles next to them. */
export class FunctionHarness {
  readonly s3: LocalS3;
  readonly sqs: LocalSqs;
  readonly parsedMail: Queue;
  readonly rawMail: Queue;
  readonly deadLetters: Queue;
  readonly enrich: Queue;
  /** Where the functions find S3 and SQS: a test can put a proxy in between. */
  readonly endpoints: { s3: string; sqs: string };
  /** Lines the functions printed. */
  readonly printed: string[] = [];
  readonly #reaper = new Reaper();
  readonly #stops: (() => Promise<unknown>)[] = [];
  readonly #bundle: Bundle;
  readonly #dns: DnsServer | null;

  private constructor(s3: LocalS3, sqs: LocalSqs, queues: Queues, bundle: Bundle, dns: DnsServer | null) {
    this.#bundle = bundle;
    this.#dns = dns;
    this.s3 = s3;
    this.sqs = sqs;
    this.parsedMail = queues.parsedMail;
    this.rawMail = queues.rawMail;
    this.deadLetters = queues.deadLetters;
    this.enrich = queues.enrich;
    this.endpoints = { s3: s3.endpoint, sqs: sqs.endpoint };
  }

  static async start(options: FunctionHarnessOptions = {}): Promise<FunctionHarness> {
    const { deliver, visibilitySeconds = 300, bundle = bundleFromCache, zone } = options;
    const buckets = [{ name: RAW, notifySuffix: '.eml' }, { name: CONTENT }];
    const s3 = await startLocalS3(deliver === undefined ? {} : { deliver, buckets });
    const sqs = await startLocalSqs();
    const VisibilityTimeout = String(visibilitySeconds);
    const deadLetterTargetArn = 'arn:aws:sqs:us-east-1:000000000000:raw-mail-dlq';
    const attributes = { VisibilityTimeout };
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: WORK_MAX_RECEIVES });
    const redriven = { ...attributes, RedrivePolicy };
    const parsedMail = await sqs.queue('parsed-mail', { VisibilityTimeout: '300' });
    const deadLetters = await sqs.queue('raw-mail-dlq', attributes);
    const rawMail = await sqs.queue('raw-mail', redriven);
    const enrich = await sqs.queue('enrich', redriven);
    await sqs.queue('enrich-results', redriven);
    const dns = zone === undefined ? null : await startDnsServer(zone);
    return new FunctionHarness(s3, sqs, { parsedMail, rawMail, deadLetters, enrich }, bundle, dns);
  }

  parser(settings: Partial<ParserSettings> = {}, definition: Partial<FunctionDefinition> = {}) {
    const environment = parserEnvironment.encode({
      ...parserSettings(CONFIG, 'local', this.#placement()),
      enrichment: NO_ENRICHMENT,
      parseDeadlineMs: 20_000,
      ...(this.#dns === null ? {} : { dnsServers: [this.#dns.address] }),
      ...settings,
    });
    return this.function('parser', environment, definition);
  }

  /** @param variables in addition to those of the settings: the address of a service stub */
  enricher(
    settings: Partial<EnricherSettings> = {},
    definition: Partial<FunctionDefinition> = {},
    variables: Record<string, string> = {},
  ) {
    const environment = enricherEnvironment.encode({
      ...enricherSettings(CONFIG, 'local', { ...this.#placement(), textract: null, tesseractFrom: null }),
      retryBaseSeconds: 0,
      enrichment: NO_ENRICHMENT,
      ...settings,
    });
    return this.function('enricher', { ...environment, ...variables }, definition);
  }

  /** @param variables in addition to those of the settings: the address of a service stub */
  deadLetter(
    settings: Partial<PublishingSettings> = {},
    definition: Partial<FunctionDefinition> = {},
    variables: Record<string, string> = {},
  ) {
    const environment = deadLetterEnvironment.encode({
      ...publishingSettings(CONFIG, this.#placement()),
      ...settings,
    });
    return this.function('dead-letter', { ...environment, ...variables }, definition);
  }

  /** Buckets and queues, as the settings name them. */
  #placement() {
    return {
      rawBucket: RAW,
      contentBucket: CONTENT,
      eventQueue: this.#queueUrl('raw-mail'),
      deadLetterQueue: this.#queueUrl('raw-mail-dlq'),
      enrichQueue: this.#queueUrl('enrich'),
      resultsQueue: this.#queueUrl('enrich-results'),
      destinationQueue: this.#queueUrl('parsed-mail'),
      metricsNamespace: 'MailPipeline/test',
    };
  }

  reconciler(settings: Partial<ReconcilerSettings> = {}, definition: Partial<FunctionDefinition> = {}) {
    return this.function(
      'reconciler',
      reconcilerEnvironment.encode({
        ...reconcilerSettings(this.#placement()),
        ...settings,
      }),
      definition,
    );
  }

  async function(name: ProgramName, environment: Record<string, string>, definition: Partial<FunctionDefinition> = {}) {
    const codeDirectory = await mkdtemp(join(tmpdir(), `${name}-`));
    await this.#bundle(name, codeDirectory);
    const lambda = new LambdaFunction(
      {
        name,
        codeDirectory,
        memoryMb: 1024,
        // The deadlines for one mail are fractions of this timeout, and 30 s is too short on a busy machine.
        timeoutMs: 180_000,
        maxConcurrency: 1,
        idleMs: 60_000,
        environment: {
          AWS_ENDPOINT_URL_S3: this.endpoints.s3,
          AWS_ENDPOINT_URL_SQS: this.endpoints.sqs,
          AWS_ACCESS_KEY_ID: 'test',
          AWS_SECRET_ACCESS_KEY: 'test',
          ...environment,
        },
        ...definition,
      },
      { reaper: this.#reaper, print: (_name, line) => this.printed.push(line) },
    );
    this.#stops.push(async () => {
      await lambda.stop();
      await rm(codeDirectory, { recursive: true });
    });
    return lambda;
  }

  /** Stores a mail as the edge does and returns its object. */
  async putMail(data: Buffer | string, changes: Partial<Envelope> = {}, trace = 'Received: by mx.test\r\n') {
    const id = changes.id ?? mintMailId();
    const encoded = encodeEnvelope(envelope({ id, ...changes }));
    const object: RawObjectCreated = { bucket: RAW, key: rawKey(id), versionId: null, revision: 1 };
    await this.s3.store.put(object, Buffer.concat([Buffer.from(trace), Buffer.from(data)]), {
      contentType: 'message/rfc822',
      metadata: {
        ...(encoded === null ? {} : { envelope: encoded }),
        'trace-bytes': String(Buffer.byteLength(trace)),
      },
      ifAbsent: true,
    });
    return { id, object };
  }

  /** Receives `count` messages from the parsed-mail queue and returns their documents in order of arrival. */
  async receive(count: number): Promise<{ mail: ParsedMail; message: ReceivedMessage }[]> {
    const received = await receiveAll(this.parsedMail, count);
    return received.map((message) => ({ mail: parsedMailSchema.parse(JSON.parse(message.body)), message }));
  }

  receiveDeadLetters(count: number): Promise<ReceivedMessage[]> {
    return receiveAll(this.deadLetters, count);
  }

  async receiveOne() {
    const [received] = await this.receive(1);
    if (received === undefined) throw new Error('nothing came out of the queue');
    return received;
  }

  async document(id: string): Promise<ParsedMail> {
    const [found] = await this.keys(`parsed/`, id);
    return parsedMailSchema.parse(JSON.parse((await this.content(found ?? '')).toString()));
  }

  async content(key: string): Promise<Buffer> {
    const stored = await this.s3.store.get({ bucket: CONTENT, key });
    if (stored === null) throw new Error(`there is no ${key}`);
    return Buffer.concat(await stored.body.toArray());
  }

  /** Keys of the content bucket under `prefix` that contain `part`. */
  async keys(prefix: string, part = ''): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of this.s3.store.list(CONTENT, { prefix })) if (key.includes(part)) keys.push(key);
    return keys;
  }

  #queueUrl(name: string): string {
    return `${this.endpoints.sqs}/000000000000/${name}`;
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops) await stop();
    await this.#reaper.close();
    await this.s3.stop();
    await this.sqs.stop();
    await this.#dns?.stop();
  }
}

async function receiveAll(queue: Queue, count: number): Promise<ReceivedMessage[]> {
  const received: ReceivedMessage[] = [];
  while (received.length < count) {
    const batch = await queue.receive({ waitSeconds: 20 });
    if (batch.length === 0) break;
    received.push(...batch);
  }
  return received;
}
