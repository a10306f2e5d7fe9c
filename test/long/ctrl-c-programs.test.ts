import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { interrupt, LOADING_CPU_SECONDS, SAY_LOADING, severalAtOnce } from '../support/ctrl-c.ts';
import { TestPipeline, textMail } from '../support/local-pipeline.ts';
import { OnTerminal } from '../support/on-terminal.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { missingTools } from '../support/tools.ts';

const skipped = missingTools('python3');
const path = temporaryDirectory();
const running: OnTerminal[] = [];
afterEach(() => {
  for (const terminal of running.splice(0)) terminal.kill();
});

/** When to press Ctrl-C: after the program printed this, or created a file of this name under its directory. */
type Moment = RegExp | string;

const allowedCpu = (moment: Moment) => (String(moment) === '/loading/' ? LOADING_CPU_SECONDS : undefined);

/** Runs an npm script up to the given moment. */
async function upTo(moment: Moment, args: readonly string[], env: NodeJS.ProcessEnv, directory: () => string) {
  const terminal = new OnTerminal('npm', args, { columns: 200, env: { NODE_OPTIONS: SAY_LOADING, ...env } });
  running.push(terminal);
  if (moment instanceof RegExp) await terminal.printed(moment);
  else
    await vi.waitFor(() => expect(existsSync(join(directory(), moment))).toBe(true), { timeout: 300_000, interval: 5 });
  return terminal;
}

describe(`Ctrl-C${skipped}`, { skip: skipped !== '' }, () => {
  it('ends "npm start" at ten moments, and the next start finds no damage', async () => {
    const moments: Moment[] = [
      ...[/loading/, '.', 'log/local.log', 'sqs', 's3', 'code/parser/index.mjs', 'code/edge-mta/index.mjs'],
      ...[/ready smtp/, /stop +Ctrl-C/, /stop +Ctrl-C/],
    ];
    const data = (moment: Moment) => path(`data-${moments.indexOf(moment)}`);
    await severalAtOnce(moments, async (moment) => {
      const directory = data(moment);
      const ports = ['--smtp-port', '0', '--web-port', '0', '--aws-port', '0', '--data', directory];
      const start = await upTo(moment, ['start', '--silent', '--', ...ports], {}, () => directory);
      await interrupt(
        start,
        /^mail-pipeline( start)?: (interrupted|stopped; mails, objects and queues are kept in \S+)$/,
        allowedCpu(moment),
      );
    });
    const pipeline = await TestPipeline.start(data('s3'));
    const id = await pipeline.send(textMail('after all'));
    await pipeline.receive([id]);
    expect(await pipeline.stop()).toBe(130);
  });

  it('ends "npm run demo" at ten moments, and leaves nothing', async () => {
    const rows = (count: number) => new RegExp(`(\\d ms  [\\s\\S]*){${count}}`);
    const moments: Moment[] = [
      ...[/loading/, '.', /starting the pipeline/, 'sqs', 's3', 'code/edge-mta/index.mjs'],
      ...[/ready smtp/, /what is in it/, rows(1), rows(3)],
    ];
    await severalAtOnce(moments, async (moment) => {
      const TMPDIR = await mkdtemp(path('demo-'));
      const made = () => readdirSync(TMPDIR).filter((name) => name.startsWith('mail-pipeline-demo-'));
      const demo = await upTo(moment, ['run', 'demo', '--silent'], { TMPDIR }, () => join(TMPDIR, made()[0] ?? 'none'));
      await interrupt(demo, /^npm run demo: (interrupted|stopped; its data was removed)$/, allowedCpu(moment));
      expect(made(), String(moment)).toEqual([]);
    });
  });

  it('ends "npm run rehearse" at five moments, and leaves nothing', async () => {
    const moments = [/loading/, /synthesising/, /deploying/, /sending mails …/, /injected faults/];
    await severalAtOnce(moments, async (moment) => {
      const TMPDIR = await mkdtemp(path('rehearsal-'));
      const rehearsal = await upTo(moment, ['run', 'rehearse', '--silent'], { TMPDIR }, () => '');
      await interrupt(rehearsal, /^npm run rehearse: (interrupted|stopped; its data was removed)$/, allowedCpu(moment));
      expect(readdirSync(TMPDIR).filter((name) => name.startsWith('mail-pipeline-rehearsal-'))).toEqual([]);
    });
  });

  it('ends benchmarks, including those that take minutes', async () => {
    const moments = [
      /loading/,
      ...['growth', 'mime', 'edge', 'latency', 'memory'].map((name) => RegExp(`(${name}) …`)),
    ];
    await severalAtOnce(moments, async (moment) => {
      const [, name = 'accept'] = /\((.*)\)/.exec(moment.source) ?? [];
      const bench = await upTo(moment, ['run', 'bench', '--silent', '--', name], {}, () => '');
      await interrupt(bench, /^npm run bench: interrupted$/, allowedCpu(moment));
    });
  });
});
