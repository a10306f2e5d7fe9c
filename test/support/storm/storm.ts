import { setTimeout as delay } from 'node:timers/promises';
import { jsonLog } from '../../../core/log/log.ts';
import { EventSourceMapping, type EventSourceMappingOptions } from '../../../local/runtime/event-source-mapping.ts';
import type { LambdaFunction } from '../../../local/runtime/lambda-function.ts';
import { type FaultProxy, startFaultProxy } from '../fault-proxy.ts';
import { type Bundle, CONTENT, FunctionHarness, RAW } from '../function-harness.ts';
import { withClocks } from './clocks.ts';
import { FaultPlan, type Source } from './fault-plan.ts';
import { EDGE_STORE_DEADLINE_SECONDS, KilledEdge } from './killed-edge.ts';
import { Ledger, type Verdict } from './ledger.ts';
import { Sandbox } from './sandbox.ts';
import { deliver, ROUTING, type StormMail, storePoison, stormMail } from './storm-mail.ts';
import { Tries } from './tries.ts';

export interface StormOptions {
  seed: number;
  mails: number;
  /** Share of the requests to S3 and SQS that meet a fault. */
  faultRate: number;
  /** Whether some requests never get an answer. */
  hangs: boolean;
  /** Requests between two kill -9, of the edge and of the functions. */
  requestsPerKill: { edge: number; functions: number };
  /**
   * How often services fail. `mails`: mails between two partitions of the store from the edge; at every second one the
   * store also refuses connections. `requests`: requests of the functions between two outages, in which S3 or SQS
   * refuses connections or denies every request.
   */
  perOutage: { mails: number; requests: number };
  /** Writes the programs; one of them may be sabotaged. */
  bundle: Bundle;
}

export interface StormReport extends Verdict {
  mails: number;
  attempts: number;
  faults: Record<string, number>;
}

const SESSIONS = 12;
/** Milliseconds between the attempts of a client, and between passes of the reconciler. */
const RETRY_MS = 50;
const RECONCILE_MS = 2_000;
/** Passes of the reconciler after the last fault. */
const MOST_PASSES = 10;
/** Milliseconds that a service refuses connections: longer than its clients retry. */
const REFUSE_MS = 700;
/** Milliseconds that the store does not answer: longer than the edge waits. */
const PARTITION_MS = 1_500 * EDGE_STORE_DEADLINE_SECONDS;
/** One poison mail for this many mails. */
const MAILS_PER_POISON = 50;
/** Invocation timeout. The parser returns a mail 1.5 seconds before it; the visibility timeout is a second longer. */
const FUNCTION_MS = 10_000;
const VISIBILITY_SECONDS = 11;
/** Concurrency of parser and enricher: more would only divide the CPUs of a small machine. */
const CONCURRENCY = 2;
const MAX_ATTEMPTS = 5;
/** Share of messages whose consumer crashes, half of the time before it has processed the message. */
const CONSUMER_CRASHES = 0.1;

/** One run of the pipeline from its real bundles, in separate processes, under faults and kills. */
export class Storm {
  readonly #options: StormOptions;
  readonly #plan: FaultPlan;
  readonly #tries = new Tries();
  readonly #ledger = new Ledger(this.#tries, MAX_ATTEMPTS);
  readonly #stops: (() => Promise<unknown>)[] = [];
  readonly #pending = new Set<Promise<void>>();
  readonly #functions: LambdaFunction[] = [];
  #edge: KilledEdge | null = null;
  #attempts = 0;
  #settled = false;

  private constructor(options: StormOptions) {
    this.#options = options;
    this.#plan = new FaultPlan(options.seed, options.faultRate, options.hangs);
  }

  static async run(options: StormOptions): Promise<StormReport> {
    const storm = new Storm(options);
    try {
      return await storm.#run();
    } finally {
      storm.#plan.calm();
      storm.#settled = true;
      for (const stop of storm.#stops.reverse()) await stop();
    }
  }

  async #run(): Promise<StormReport> {
    const harness: FunctionHarness = await FunctionHarness.start({
      deliver: async (event) => this.#deliverEvent(harness, event),
      visibilitySeconds: VISIBILITY_SECONDS,
      bundle: withClocks(this.#options),
    });
    this.#stops.push(() => harness.stop());
    const { edgeStore, outage } = await this.#startProxies(harness);
    const reconciler = await this.#startFunctions(harness);
    const edge = await KilledEdge.start(withClocks(this.#options), edgeStore);
    this.#edge = edge;
    this.#stops.push(() => edge.stop());

    await harness.sqs.queue('parsed-mail-second', { VisibilityTimeout: '300' });
    const consumers = [null, 'second'].map((route) => this.#consume(harness, route));
    const passes = this.#reconcile(reconciler);
    await this.#send(harness, edge, outage);
    const backlog = harness.sqs.at('raw-mail');
    while ((await backlog.depth()).visible > 0) await delay(RETRY_MS);
    this.#plan.calm();
    await this.#settle(harness, reconciler);
    await Promise.all([passes, ...consumers]);
    const verdict = await this.#ledger.verdict(harness.s3.store, CONTENT);
    return { mails: this.#options.mails, attempts: this.#attempts, faults: this.#plan.counts, ...verdict };
  }

  /** Puts proxies between the programs and S3 and SQS. Call `outage` for every mail. */
  async #startProxies(harness: FunctionHarness): Promise<{ edgeStore: string; outage: () => void }> {
    const { requestsPerKill, perOutage } = this.#options;
    const onEdgeRequest = this.#every(requestsPerKill.edge, 'kill -9 of the edge', () => {
      if (this.#edge !== null) this.#background(this.#edge.kill());
    });
    const onFunctionKill = this.#every(requestsPerKill.functions, 'kill -9 of a function', () => {
      const pids = this.#functions.flatMap((each) => each.pids);
      kill(pids[Math.floor(this.#plan.random('kills') * pids.length)]);
    });
    const inTurn: (() => Promise<void>)[] = [];
    const onFunctionOutage = this.#every(perOutage.requests, 'outage of a service', () => {
      const [next] = inTurn;
      inTurn.push(...inTurn.splice(0, 1));
      if (next !== undefined) this.#background(next());
    });
    const onFunctionRequest = () => {
      onFunctionKill();
      onFunctionOutage();
    };
    const edgeStore = await this.#proxy(harness.s3.endpoint, 'edge', onEdgeRequest);
    const s3 = await this.#proxy(harness.s3.endpoint, 'functions', onFunctionRequest);
    const sqs = await this.#proxy(harness.sqs.endpoint, 'functions', onFunctionRequest);
    harness.endpoints.s3 = s3.endpoint;
    harness.endpoints.sqs = sqs.endpoint;
    for (const service of [sqs, s3]) inTurn.push(() => service.refuse(REFUSE_MS));
    for (const service of [s3, sqs]) inTurn.push(() => service.deny(REFUSE_MS));
    const refused = this.#every(2 * perOutage.mails, 'refused', () => this.#background(edgeStore.refuse(REFUSE_MS)));
    const parted = this.#every(perOutage.mails, 'parted', () => this.#background(edgeStore.part(PARTITION_MS)));
    const outage = () => {
      refused();
      parted();
    };
    return { edgeStore: edgeStore.endpoint, outage };
  }

  async #proxy(target: string, source: Source, onRequest: () => void): Promise<FaultProxy> {
    const proxy = await startFaultProxy(target, () => {
      onRequest();
      return this.#plan.request(source);
    });
    this.#stops.push(() => proxy.stop());
    return proxy;
  }

  /** Returns the reconciler, which runs only when invoked. */
  async #startFunctions(harness: FunctionHarness): Promise<LambdaFunction> {
    const limits = { timeoutMs: FUNCTION_MS, memoryMb: 512 };
    const { enrichment } = await this.#startSandbox();
    const settings = { retryBaseSeconds: 0, enrichment, routing: ROUTING };
    const [parser, enricher, deadLetter, reconciler] = await Promise.all([
      harness.parser({ ...settings, maxAttempts: MAX_ATTEMPTS }, { ...limits, maxConcurrency: CONCURRENCY }),
      harness.enricher({ ...settings, maxAttempts: MAX_ATTEMPTS }, { ...limits, maxConcurrency: CONCURRENCY }),
      harness.deadLetter({ routing: ROUTING }, limits),
      harness.reconciler({ minAgeMinutes: 0, requeuedPerSecond: 1_000 }, { ...limits, timeoutMs: 20_000 }),
    ]);
    this.#functions.push(parser, enricher, deadLetter, reconciler);
    this.#wake(harness, 'raw-mail', this.#tries.watch(parser));
    this.#wake(harness, 'enrich', enricher);
    this.#wake(harness, 'raw-mail-dlq', deadLetter);
    return reconciler;
  }

  async #startSandbox(): Promise<Sandbox> {
    const sandbox = await Sandbox.start(this.#plan);
    this.#stops.push(() => sandbox.stop());
    return sandbox;
  }

  /** Calls `act` on every `count`-th call, until the faults stop. */
  #every(count: number, name: string, act: () => void): () => void {
    let calls = 0;
    return () => {
      calls += 1;
      if (this.#plan.isCalm || calls % count !== 0) return;
      this.#plan.count(name);
      act();
    };
  }

  #background(work: Promise<void>): void {
    const tracked = work.finally(() => this.#pending.delete(tracked));
    this.#pending.add(tracked);
  }

  async #deliverEvent(harness: FunctionHarness, event: string): Promise<void> {
    for (const wait of this.#plan.event()) {
      const send = async () => {
        if (wait > 0) await delay(wait);
        await harness.sqs.at('raw-mail').send({ body: event });
      };
      if (wait > 0) this.#background(send());
      else await send();
    }
  }

  #wake(harness: FunctionHarness, queue: string, target: EventSourceMappingOptions['target']): void {
    const source = harness.sqs.inProcess.eventSource(queue);
    const mapping = new EventSourceMapping({ source, target, batchSize: 5, log: jsonLog('storm', () => {}) });
    this.#stops.push(() => mapping.stop());
  }

  async #reconcile(reconciler: LambdaFunction): Promise<void> {
    while (!this.#plan.isCalm) {
      await reconciler.invoke({});
      await delay(RECONCILE_MS);
    }
  }

  async #consume(harness: FunctionHarness, route: string | null): Promise<void> {
    const queue = harness.sqs.at(route === null ? 'parsed-mail' : `parsed-mail-${route}`);
    while (!(this.#settled && (await queue.depth()).visible === 0)) {
      for (const { messageId, body, receiptHandle } of await queue.receive({ waitSeconds: 1 })) {
        const crash = this.#plan.isCalm ? 1 : this.#plan.random('consumers');
        // The consumer crashes before or after it processed the message, which is then redelivered.
        if (crash > CONSUMER_CRASHES / 2) this.#ledger.received(route, messageId, body);
        if (crash > CONSUMER_CRASHES) await queue.delete(receiptHandle);
        else {
          this.#plan.count('consumer crashed');
          await queue.changeVisibility(receiptHandle, 0);
        }
      }
    }
  }

  async #send(harness: FunctionHarness, edge: KilledEdge, onMail: () => void): Promise<void> {
    const run = `${this.#options.seed}`;
    const mails = Array.from({ length: this.#options.mails }, (_, at) => stormMail(this.#plan, `mail-${run}-${at}`));
    const poisoned = Math.ceil(mails.length / MAILS_PER_POISON);
    for (let at = 0; at < poisoned; at += 1) {
      const id = await storePoison(harness.s3.store, RAW);
      this.#ledger.acknowledged(`poison-${id}`, id);
    }
    const session = async () => {
      for (let mail = mails.pop(); mail !== undefined; mail = mails.pop()) {
        onMail();
        this.#ledger.sending(mail);
        await this.#sendOne(edge, mail);
      }
    };
    await Promise.all(Array.from({ length: SESSIONS }, session));
  }

  async #sendOne(edge: KilledEdge, mail: StormMail): Promise<void> {
    const { token, manner } = mail;
    const leave = manner === 'leaves in DATA' ? 'in DATA' : manner === 'leaves after DATA' ? 'after DATA' : null;
    if (leave !== null) this.#plan.count(`client ${manner}`);
    for (let attempt = 0; ; attempt += 1) {
      this.#attempts += 1;
      const answered = await deliver(edge.port, mail, attempt === 0 ? leave : null);
      if (answered.code === 'accepted') return this.#ledger.acknowledged(token, answered.id);
      if (answered.code === 'refused' || manner === 'once' || leave === 'in DATA') return;
      await delay(RETRY_MS);
    }
  }

  /**
   * Waits until nothing is in progress and the reconciler finds nothing missing. The number of passes is bounded,
   * because with a broken build it may find something forever.
   */
  async #settle(harness: FunctionHarness, reconciler: LambdaFunction): Promise<void> {
    const queues = ['raw-mail', 'raw-mail-dlq', 'enrich'].map((name) => harness.sqs.at(name));
    const idle = async () => {
      const depths = await Promise.all(queues.map((queue) => queue.depth()));
      return depths.every(({ visible, inFlight, delayed }) => visible + inFlight + delayed === 0);
    };
    for (let passes = 0; passes < MOST_PASSES; ) {
      await Promise.all(this.#pending);
      if (await idle()) {
        passes += 1;
        const pass = await reconciler.invoke({});
        const found = pass.status === 'ok' && JSON.parse(pass.payload).missing === 0;
        if (found && (await idle())) break;
      }
      await delay(RETRY_MS);
    }
    this.#settled = true;
  }
}

function kill(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The process ended on its own, and its exit event has not arrived yet.
  }
}
