import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bundleProgram, PROGRAMS, type ProgramName } from '../core/build/bundle.ts';
import { defineConfig } from '../core/config/define-config.ts';
import { edgeSettings, enricherSettings, parserSettings, reconcilerSettings } from '../core/config/to-settings.ts';
import { edgeEnvironment } from '../core/settings/edge.ts';
import { enricherEnvironment } from '../core/settings/enricher.ts';
import { parserEnvironment } from '../core/settings/parser.ts';
import { reconcilerEnvironment } from '../core/settings/reconciler.ts';
import { webhookEnvironment } from '../core/settings/webhook.ts';
import { printedBy } from './printed-by.ts';
import type { Result, Row } from './report.ts';

const KB = 1024;
const RUNS = 9;

/** Enough for every program to start: nothing is called. */
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
  const bare = await median(() => timeOf(''));
  const rows: Row[] = [];
  for (const name of Object.keys(PROGRAMS).filter(isProgram)) {
    const outdir = join(directory, 'bundles', name);
    const file = bundleProgram(name, outdir);
    const code = filesBelow(outdir);
    const load = await median(() => timeOf(`await import(${JSON.stringify(pathToFileURL(file).href)});`));
    rows.push({
      case: name,
      figures: {
        'bundle KB': code.length / KB,
        'compressed KB': gzipSync(code).length / KB,
        'load ms': load,
        'beyond bare Node ms': load - bare,
      },
    });
  }
  return {
    name: 'bundles',
    measured: `what is deployed, the AWS SDK inside, and the time from the start of Node to the end of its import, median of ${RUNS}; bare Node takes ${bare.toFixed(0)} ms.`,
    rows,
  };
}

/** The whole package: what is loaded at the start, and what only when it is needed. */
function filesBelow(directory: string): Buffer {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.mjs'));
  return Buffer.concat(files.map((path) => readFileSync(join(directory, path))));
}

function isProgram(name: string): name is ProgramName {
  return Object.hasOwn(PROGRAMS, name);
}

/** Milliseconds of one process that runs a line of JavaScript and ends. */
async function timeOf(script: string): Promise<number> {
  const started = performance.now();
  const args = ['--input-type=module', '--eval', `${script} process.exit(0);`];
  await printedBy(process.execPath, args, { env: ENVIRONMENT });
  return performance.now() - started;
}

async function median(measure: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let run = 0; run < RUNS; run += 1) values.push(await measure());
  return values.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0;
}
