import { seededRandom } from '../../test/support/seeded-random.ts';
import { Agenda } from './agenda.ts';
import { edgeSeconds, enricherInvocation, notificationSeconds, parserInvocation, putSeconds } from './durations.ts';
import { EDGE_TASKS, Edge, RAW_PUTS } from './edge.ts';
import { Account, type Polling, QueueFunction } from './function.ts';
import { PUBLISHED } from './published.ts';
import { exponential } from './random.ts';
import { RateLimit } from './rate-limit.ts';
import { Samples } from './samples.ts';
import { Waiting } from './waiting.ts';

export interface Scenario {
  mailsPerSecond: number;
  /** Seconds during which mails arrive. */
  seconds: number;
  seed: number;
  minTasks: number;
  maxTasks: number;
  cpuUnits: number;
  targetCpuPercent: number;
  maxSessions: number;
  memoryMb: number;
  parser: Polling;
  enricher: Polling;
  accountConcurrency: number;
  /** Share of mails with asynchronous enrichment. */
  enrichedShare: number;
}

export interface Outcome {
  mails: number;
  /** 4xx replies, after which the sender retries. */
  deferrals: number;
  /** Seconds from the 250 to the parsed-mail queue. */
  latency: Samples;
  /** Maximum number of messages waiting for the parser. */
  backlog: number;
  /** Seconds from the arrival of the last mail until the last one is on the queue. */
  drain: number;
  tasks: number;
  parsers: number;
  /** The limit that delayed mails the most; null when they were hardly delayed. */
  binds: string | null;
}

const ARRIVES = 0;
const OFFERED = 1;
const READ = 2;
const VISIBLE = 3;
const PARSED = 4;
const ENRICHED = 5;
const SECOND = 6;
const MINUTE = 7;
const TASKS_START = 8;

/** Minimum seconds until a sender retries (Postfix: `minimal_backoff_time`). */
const RETRY_SECONDS = 300;
/** A limit binds when it delays mails by more than this on average, in seconds. */
const HARDLY = 0.5;

/** Simulates the whole pipeline from an idle start; deterministic for a given seed. */
export function simulate(scenario: Scenario): Outcome {
  const random = seededRandom(scenario.seed);
  const agenda = new Agenda();
  const waiting = new Waiting();
  const latency = new Samples();
  const account = new Account(scenario.accountConcurrency);
  const edge = new Edge({
    minTasks: scenario.minTasks,
    maxTasks: scenario.maxTasks,
    maxSessions: scenario.maxSessions,
    target: scenario.targetCpuPercent / 100,
    seconds: edgeSeconds(scenario.cpuUnits),
    raw: new RateLimit(PUBLISHED.s3PutsPerSecond.value),
    random,
    waiting,
  });
  const documents = new RateLimit(PUBLISHED.s3PutsPerSecond.value);
  let now = 0;
  const shared = { account, random, waiting };
  const parse = parserInvocation(scenario.memoryMb);
  const parser = new QueueFunction({
    ...shared,
    name: 'parser',
    polling: scenario.parser,
    invocation: (batch, cold, random) => {
      const wait = documents.wait(now);
      waiting.add('S3: PUT/s of parsed/HH', wait * batch);
      for (let document = 0; document < batch; document++) documents.take(now);
      return parse(batch, cold, random) + wait;
    },
    begun: (seconds, batch) => agenda.add(now + seconds, PARSED, batch),
  });
  const enricher = new QueueFunction({
    ...shared,
    name: 'enricher',
    polling: scenario.enricher,
    invocation: enricherInvocation,
    begun: (seconds, batch) => agenda.add(now + seconds, ENRICHED, batch),
  });

  let mails = 0;
  let deferrals = 0;
  let last = 0;
  const pending = () => mails > latency.count || now < scenario.seconds;
  const deliver = (accepted: number) => {
    latency.add(now - accepted);
    last = now;
  };
  const defer = (reason: string) => {
    const after = RETRY_SECONDS * (1 + random());
    deferrals += 1;
    waiting.add(reason, after);
    agenda.add(now + after, OFFERED);
  };
  const offer = () => {
    const read = edge.read(now);
    if (read === null) defer(EDGE_TASKS);
    else agenda.add(read, READ);
  };
  const store = () => {
    const stored = edge.store(now);
    if (stored === null) return defer(RAW_PUTS);
    const accepted = stored + putSeconds(random);
    agenda.add(accepted + notificationSeconds(random), VISIBLE, accepted);
  };

  agenda.add(exponential(random, 1 / scenario.mailsPerSecond), ARRIVES);
  agenda.add(1, SECOND);
  agenda.add(60, MINUTE);
  while (agenda.next()) {
    now = agenda.time;
    const { kind, value } = agenda;
    if (kind === ARRIVES) {
      mails += 1;
      offer();
      const next = now + exponential(random, 1 / scenario.mailsPerSecond);
      if (next < scenario.seconds) agenda.add(next, ARRIVES);
    } else if (kind === OFFERED) {
      offer();
    } else if (kind === READ) {
      store();
    } else if (kind === VISIBLE) {
      parser.push(now, value);
    } else if (kind === PARSED) {
      for (const accepted of parser.end(value)) {
        if (random() < scenario.enrichedShare) enricher.push(now, accepted);
        else deliver(accepted);
      }
      parser.dispatch(now);
      enricher.dispatch(now);
    } else if (kind === ENRICHED) {
      for (const accepted of enricher.end(value)) deliver(accepted);
      enricher.dispatch(now);
      parser.dispatch(now);
    } else if (kind === SECOND) {
      parser.tick(now, 1);
      enricher.tick(now, 1);
      if (pending()) agenda.add(now + 1, SECOND);
    } else if (kind === MINUTE) {
      const { after, tasks } = edge.decide();
      if (tasks > 0) agenda.add(now + after, TASKS_START, tasks);
      if (pending()) agenda.add(now + 60, MINUTE);
    } else if (kind === TASKS_START) {
      edge.addTasks(now, value);
    }
  }
  return {
    mails,
    deferrals,
    latency,
    backlog: parser.largestBacklog,
    drain: Math.max(0, last - scenario.seconds),
    tasks: edge.tasks,
    parsers: parser.peak,
    binds: waiting.most(HARDLY * mails),
  };
}
