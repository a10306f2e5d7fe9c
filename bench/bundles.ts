import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundleProgram, PROGRAMS, type ProgramName } from '../core/build/bundle.ts';
import { defineConfig } from '../core/config/define-config.ts';
import { edgeSettings, enricherSettings, parserSettings, reconcilerSettings } from '../core/config/to-settings.ts';
import { canaryEnvironment } from '../core/settings/canary.ts';
import { certificateEnvironment } from '../core/settings/certificate.ts';
import { edgeEnvironment } from '../core/settings/edge.ts';
import { enricherEnvironment } from '../core/settings/enricher.ts';
import { parserEnvironment } from '../core/settings/parser.ts';
import { reconcilerEnvironment } from '../core/settings/reconciler.ts';
import { webhookEnvironment } from '../core/settings/webhook.ts';
import { cpuOf, median } from './first/cpu-of.ts';
import type { Result, Row } from './report.ts';

const KB = 1024;
const RUNS = 9;

/** Enough for every program to start; nothing is called. */
const placement = {
  rawBucket: 'raw-mail',
  contentBucket: 'mail-content',
  destinationQueue: 'http://127.0.0.1:1/0/parsed-mail',
  eventQueue: 'http://127.0.0.1:1/0/raw-mail',
  deadLetterQueue: 'http://127.0.0.1:1/0/raw-mail-dlq',
  enrichQueue: 'http://127.0.0.1:1/0/enrich',
  resultsQueue: 'http://127.0.0.1:1/0/enrich-results',
  textract: { topicArn: 'arn:aws:sns:us-east-1:0:textract', roleArn: 'arn:aws:iam::0:role/textract' },
  tesseractFrom: null,
  metricsNamespace: 'MailPipeline/bench',
};
const config = defineConfig({});
const ENVIRONMENT = {
  ...certificateEnvironment.encode({
    certificateArn: 'arn:aws:acm:us-east-1:0:certificate/bench',
    secretId: 'bench',
    hostname: 'mx.bench.test',
    metricsNamespace: placement.metricsNamespace,
  }),
  ...canaryEnvironment.encode({
    smtpHost: 'mx.bench.test',
    smtpPort: 25,
    recipient: 'canary@bench.test',
    queue: placement.destinationQueue,
    metricsNamespace: placement.metricsNamespace,
  }),
  ...webhookEnvironment.encode({
    contentBucket: 'mail-content',
    parsedMailQueue: placement.destinationQueue,
    webhooks: [],
    retryBaseSeconds: 60,
    allowLoopback: false,
    metricsNamespace: placement.metricsNamespace,
  }),
  ...reconcilerEnvironment.encode(reconcilerSettings(placement)),
  ...edgeEnvironment.encode(
    edgeSettings(config, { ...placement, hostname: 'mx.bench.test', smtpPort: 0, healthPort: 0 }),
  ),
  ...enricherEnvironment.encode(enricherSettings(config, 'aws', placement)),
  ...parserEnvironment.encode(parserSettings(config, 'aws', placement)),
  AWS_REGION: 'us-east-1',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
};

export async function bundles(directory: string): Promise<Result> {
  const rows: Row[] = [];
  const bareMs: number[] = [];
  for (const name of Object.keys(PROGRAMS).filter(isProgram)) {
    const outdir = join(directory, 'bundles', name);
    const file = bundleProgram(name, outdir);
    const code = filesBelow(outdir);
    const beyond: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const [bare] = await cpuOf(['bare']);
      const [imported] = await cpuOf(['module', file], ENVIRONMENT);
      bareMs.push(bare);
      beyond.push(imported - bare);
    }
    rows.push({
      case: name,
      figures: {
        'bundle KB': code.length / KB,
        'compressed KB': gzipSync(code).length / KB,
        'import, ms of CPU beyond bare': median(beyond),
        '× bare': median(beyond) / median(bareMs),
      },
    });
  }
  return {
    name: 'bundles',
    measured: `what is deployed, the AWS SDK inside, and the CPU of its import, all threads, beyond an ES module that does nothing (bare, ${median(bareMs).toFixed(0)} ms), medians of ${RUNS}.`,
    rows,
  };
}

/** The whole package: code loaded at start, and code loaded only on demand. */
function filesBelow(directory: string): Buffer {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.mjs'));
  return Buffer.concat(files.map((path) => readFileSync(join(directory, path))));
}

function isProgram(name: string): name is ProgramName {
  return Object.hasOwn(PROGRAMS, name);
}
