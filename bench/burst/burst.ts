import { POLLER_CONCURRENCY, parserConcurrency, QUEUE_MAX_CONCURRENCY } from '../../core/config/concurrency.ts';
import { defineConfig } from '../../core/config/define-config.ts';
import type { PipelineConfig, PipelineConfigInput } from '../../core/config/schema.ts';
import type { Result, Row } from '../report.ts';
import type { Polling } from './function.ts';
import { PUBLISHED } from './published.ts';
import { type Scenario, simulate } from './simulate.ts';

const SEED = 20;
const MINUTES = 10;
/** Share of mails with a document to open: one in twenty (docs/costs.md). */
const ENRICHED_SHARE = 0.05;
/** 1,000,000 mails in 10 minutes. */
const BURST = 1_000_000 / (60 * MINUTES);
const RATES = [10, 100, 1_000, 3_000, 10_000];

const EDGE_FOR_BURST: PipelineConfigInput = { fargate: { minTasks: 12, maxTasks: 20 } };
const LARGE: PipelineConfigInput = {
  fargate: { minTasks: 80, maxTasks: 100 },
  parser: { provisionedPollers: { min: 100, max: 500 } },
  enrichment: { maxConcurrency: 1_000 },
};

interface Case {
  name: string;
  rate: number;
  config: PipelineConfigInput;
  account?: number;
}

const CASES: readonly Case[] = [
  ...RATES.map((rate) => ({ name: `${rate}/s, defaults`, rate, config: {} })),
  { name: '10/s, account of 10', rate: 10, config: {}, account: 10 },
  { name: '100/s, account of 10', rate: 100, config: {}, account: 10 },
  { name: 'burst, defaults', rate: BURST, config: {} },
  { name: 'burst, 12 to 20 tasks', rate: BURST, config: EDGE_FOR_BURST },
  {
    name: 'burst, 12 to 20 tasks, parser 50',
    rate: BURST,
    config: { ...EDGE_FOR_BURST, parser: { maxConcurrency: 50 } },
  },
  {
    name: 'burst, 12 to 20 tasks, 20 pollers',
    rate: BURST,
    config: { ...EDGE_FOR_BURST, parser: { provisionedPollers: { min: 20, max: 100 } } },
  },
  { name: '3000/s, 80 to 100 tasks, 100 pollers', rate: 3_000, config: LARGE, account: 5_000 },
  { name: '10000/s, 80 to 100 tasks, 100 pollers', rate: 10_000, config: LARGE, account: 5_000 },
];

/** Bursts against the limits of AWS, in simulated time: the figures do not depend on the machine. */
export async function burst(): Promise<Result> {
  const rows: Row[] = CASES.map(({ name, rate, config, account }) => {
    const outcome = simulate(scenarioOf(defineConfig(config), rate, account));
    return {
      case: name,
      figures: {
        mails: outcome.mails,
        deferrals: outcome.deferrals,
        backlog: outcome.backlog,
        'p50 s': outcome.latency.quantile(0.5),
        'p99 s': outcome.latency.quantile(0.99),
        'drain s': outcome.drain,
        tasks: outcome.tasks,
        parsers: outcome.parsers,
      },
      texts: { 'binds most': outcome.binds ?? 'nothing' },
    };
  });
  return {
    name: 'burst',
    measured: `a simulation of ${MINUTES} minutes from an idle start, seed ${SEED}: AWS's published limits, our own CPU a mail, assumed times of requests (docs/scale.md). Deferrals are 4xx, after which the sender tries again; p50 and p99 are from the 250 to the queue; drain is from the last new mail to the last on the queue.`,
    rows,
  };
}

/** The limits of a configuration in an account with a given concurrency. */
export function scenarioOf(
  config: PipelineConfig,
  mailsPerSecond: number,
  accountConcurrency: number = PUBLISHED.accountConcurrency.value,
): Scenario {
  const { fargate, smtp, parser, enrichment } = config;
  return {
    mailsPerSecond,
    seconds: 60 * MINUTES,
    seed: SEED,
    minTasks: fargate.minTasks,
    maxTasks: fargate.maxTasks,
    cpuUnits: fargate.cpu,
    targetCpuPercent: fargate.targetCpuPercent,
    maxSessions: smtp.limits.maxConnections,
    memoryMb: parser.memoryMb,
    parser: parserPolling(config),
    enricher: { ...polling(enrichment.maxConcurrency), batchSize: 1 },
    accountConcurrency,
    enrichedShare: ENRICHED_SHARE,
  };
}

function parserPolling(config: PipelineConfig): Polling {
  const { provisionedPollers } = config.parser;
  const maximum = parserConcurrency(config);
  const batchSize = 5;
  if (provisionedPollers === null) return { ...polling(maximum), batchSize };
  const start = provisionedPollers.min * POLLER_CONCURRENCY;
  return { start, maximum, perMinute: PUBLISHED.pollerStep.value, batchSize };
}

const polling = (maximum: number) => ({
  start: PUBLISHED.queueStart.value,
  maximum: Math.min(maximum, QUEUE_MAX_CONCURRENCY),
  perMinute: PUBLISHED.queueStep.value,
});
