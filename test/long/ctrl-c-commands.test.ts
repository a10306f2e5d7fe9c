import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildOptions } from '../../core/build/bundle.ts';
import { interrupt, LOADING_CPU_SECONDS, SAY_LOADING, severalAtOnce } from '../support/ctrl-c.ts';
import { Gate } from '../support/gate.ts';
import { textMail } from '../support/local-pipeline.ts';
import { MailsAtRest } from '../support/mails-at-rest.ts';
import { OnTerminal } from '../support/on-terminal.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { missingTools } from '../support/tools.ts';
import { WaitingSmtpServer } from '../support/waiting-smtp-server.ts';

const skipped = missingTools('python3');
const path = temporaryDirectory();
const running: OnTerminal[] = [];
const gates: Gate[] = [];
/** Node.js 24 loads the whole program before it handles the signal; the command is known by then. */
const LOADING = /^mail-pipeline( \w+)?: interrupted/;
const MAILS = 12;
/** Keys per listing: smaller pages make more requests to interrupt. */
const KEYS = 3;
/** Each redrive modifies its own bucket. */
const REDRIVEN = Array.from({ length: 10 }, (_, at) => `redriven-${at}`);
let mails: MailsAtRest;
let [bundle, bundles] = ['', ''];
let [deliveredId, failedId] = ['', ''];

beforeAll(async () => {
  if (skipped !== '') return;
  mails = await MailsAtRest.start(path('data'), REDRIVEN);
  for (let mail = 1; mail <= MAILS; mail += 1) {
    deliveredId = await mails.delivered(`mail ${mail}`, 12);
    failedId = await mails.failed(['mail-content', ...REDRIVEN]);
  }
  await mkdir('.build', { recursive: true });
  bundles = mkdtempSync(resolve('.build/commands-'));
  bundle = await bundledCommands();
});
afterEach(async () => {
  for (const terminal of running.splice(0)) terminal.kill();
  for (const gate of gates.splice(0)) await gate.stop();
});
afterAll(async () => {
  await mails?.stop();
  if (bundles !== '') await rm(bundles, { recursive: true });
});

/** Bundles the commands, which then start in a quarter of the CPU time: the test starts them a hundred times. */
async function bundledCommands(): Promise<string> {
  const { banner, mainFields, target } = buildOptions('parser', '');
  await build({
    ...{ banner, mainFields, target, entryPoints: ['cli/main.ts'], outdir: bundles, outExtension: { '.js': '.mjs' } },
    ...{
      bundle: true,
      splitting: true,
      platform: 'node',
      format: 'esm',
      external: ['esbuild', 'tsx', '@napi-rs/canvas'],
    },
  });
  // The program starts the MIME reader thread from the file next to it.
  await writeFile(join(bundles, 'thread-main.mjs'), `import '${resolve('core/reading/thread-main.mjs')}';`);
  return join(bundles, 'main.mjs');
}

function onTerminal(args: readonly string[], env: NodeJS.ProcessEnv): OnTerminal {
  const terminal = new OnTerminal(process.execPath, args, { columns: 200, env });
  running.push(terminal);
  return terminal;
}

/** The command as users run it, while it is loading. */
async function loading(args: readonly string[]): Promise<OnTerminal> {
  const terminal = onTerminal(['cli/mail-pipeline.mjs', ...args], { NODE_OPTIONS: SAY_LOADING });
  await terminal.printed(/loading/);
  return terminal;
}

/** The command while it waits for the response to its nth request, which never comes. */
async function waiting(args: readonly string[], nth: number, program = bundle): Promise<OnTerminal> {
  const gate = await Gate.before(mails.url, KEYS);
  gates.push(gate);
  const { came } = gate.hold((_line, request) => request === nth);
  const terminal = onTerminal([program, ...args], { AWS_ENDPOINT_URL: gate.endpoint });
  await Promise.race([came, terminal.ended().then(() => expect.fail(`${args.join(' ')} makes no request ${nth}`))]);
  return terminal;
}

describe(`Ctrl-C${skipped}`, { skip: skipped !== '' }, () => {
  /** The requests during which the command is interrupted. */
  it.each<[args: string[], requests: number[]]>([
    [['audit'], [1, 2, 4, 6, 8, 10, 12, 14, 16]],
    [
      ['failed', 'list'],
      [1, 2, 4, 6, 8, 10, 12, 14, 16],
    ],
    [
      ['verify', '--all'],
      [1, 2, 4, 8, 12, 16, 20, 30, 40],
    ],
    [
      ['replay', '--since', '1d', '--dry-run'],
      [1, 2, 4, 6, 8, 10, 14, 18, 22],
    ],
    [
      ['replay', '--since', '1d', '--diff'],
      [1, 2, 4, 8, 12, 16, 20, 26, 32],
    ],
    [
      ['redrive', '--dry-run'],
      [1, 2, 4, 6, 8, 10, 12, 14, 16],
    ],
    [['tail'], [1, 2, 3, 4, 5, 6, 8, 10, 12]],
  ])('ends %j while loading, and while waiting for any answer', async (args, requests) => {
    const lastLine = RegExp(`^mail-pipeline ${args[0]}: interrupted`);
    await interrupt(await loading(args), LOADING, LOADING_CPU_SECONDS);
    await severalAtOnce(requests, async (nth) => interrupt(await waiting(args, nth), lastLine));
  });

  it('ends commands that read one mail at every answer they wait for', async () => {
    const commands: [args: string[], requests: number][] = [
      [['show', deliveredId], 1],
      [['show', deliveredId, '--raw'], 1],
      [['verify', deliveredId], 5],
      [['failed', 'show', failedId], 3],
      [['redrive', failedId, '--dry-run'], 3],
    ];
    const moments = commands.flatMap(([args, requests]) =>
      Array.from({ length: requests }, (_, at) => ({ args, nth: at + 1 })),
    );
    await severalAtOnce(moments, async ({ args, nth }) => {
      await interrupt(await waiting(args, nth), RegExp(`^mail-pipeline ${args[0]}: interrupted`));
    });
  });

  it('ends "redrive" at ten answers, with the point to resume from', async () => {
    const lastLine = /^mail-pipeline redrive: interrupted: (nothing was done yet|resume with --after \w{26})$/;
    const moments = REDRIVEN.map((bucket, at) => ({ bucket, nth: [1, 2, 3, 5, 8, 13, 17, 20, 25, 30][at] ?? 1 }));
    await severalAtOnce(moments, async ({ bucket, nth }) => {
      await interrupt(await waiting(['redrive', '--limit', '10', '--content-bucket', bucket], nth), lastLine);
    });
  });

  it('ends "parse" while it waits for its input and while it reads, and leaves no file', async () => {
    const TMPDIR = await mkdtemp(path('tmp-'));
    const bytesRead = () => {
      const sizes = readdirSync(TMPDIR, { recursive: true, encoding: 'utf8' }).map((name) =>
        statSync(join(TMPDIR, name)),
      );
      return sizes.filter((entry) => entry.isFile()).reduce((sum, { size }) => sum + size, 0);
    };
    const line = 'Subject: typed\n';
    for (const lines of [0, 1, 2, 4, 8, 16, 32, 64]) {
      const waits = onTerminal([bundle, 'parse', '-'], { TMPDIR });
      await vi.waitFor(() => expect(readdirSync(TMPDIR)).toHaveLength(1), 60_000);
      waits.type(line.repeat(lines));
      await vi.waitFor(() => expect(bytesRead()).toBe(lines * line.length), 60_000);
      await interrupt(waits, /^mail-pipeline parse: interrupted$/);
      expect(readdirSync(TMPDIR)).toEqual([]);
    }
    const large = path('large.eml');
    await writeFile(large, Buffer.concat([textMail('large'), Buffer.alloc(100_000_000, 'Twelve, please. ')]));
    const out = path('out');
    const reads = onTerminal([bundle, 'parse', large, '--out', out], { TMPDIR });
    await vi.waitFor(() => expect(readdirSync(out)).toEqual([]), 60_000);
    await interrupt(reads, /^mail-pipeline parse: interrupted$/);
  });

  it('ends "send" at ten answers, with the number of delivered files', async () => {
    const files = ['one', 'two', 'three'].map((name) => path(`${name}.eml`));
    for (const file of files) await writeFile(file, textMail(file));
    await interrupt(await loading(['send', ...files]), LOADING, LOADING_CPU_SECONDS);
    await severalAtOnce([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], async (nth) => {
      const server = new WaitingSmtpServer(nth);
      const terminal = onTerminal([bundle, 'send', ...files, '--smtp', `127.0.0.1:${await server.listen()}`], {});
      await server.came;
      const delivered = Math.floor((nth - 2) / 3);
      const lastLine = RegExp(`^mail-pipeline send: interrupted: ${Math.max(0, delivered)} of 3 files were delivered`);
      await interrupt(terminal, lastLine);
      await server.stop();
    });
  });

  it('ends "doctor" at each answer of the SMTP server, and while it waits for the document', async () => {
    const doctor = async (nth: number) => {
      const server = new WaitingSmtpServer(nth);
      const args = ['doctor', '--smtp', `127.0.0.1:${await server.listen()}`];
      return { server, terminal: onTerminal(['cli/mail-pipeline.mjs', ...args], { AWS_ENDPOINT_URL: mails.url }) };
    };
    const lastLine = /^mail-pipeline doctor: interrupted$/;
    await interrupt(await loading(['doctor']), LOADING, LOADING_CPU_SECONDS);
    await severalAtOnce([1, 2, 3, 4, 5], async (nth) => {
      const { server, terminal } = await doctor(nth);
      await Promise.race([server.came, terminal.ended().then(() => expect.fail(`doctor ends before answer ${nth}`))]);
      await interrupt(terminal, lastLine);
      await server.stop();
    });
    const { server, terminal } = await doctor(100);
    await terminal.printed(/waiting for the document of the canary mail, \d+ s/);
    await interrupt(terminal, lastLine);
    await server.stop();
  });

  it('ends "console" while it starts, and while it serves pages and events', async () => {
    const args = ['console', '--port', '0'];
    await interrupt(await loading(args), LOADING, LOADING_CPU_SECONDS);
    const lastLine = /^mail-pipeline console: (interrupted|stopped)$/;
    const program = 'cli/mail-pipeline.mjs';
    await severalAtOnce([1, 2, 3, 4, 5, 6, 7, 8], async (nth) => {
      await interrupt(await waiting(args, nth, program), lastLine);
    });
    const terminal = onTerminal([program, ...args], { AWS_ENDPOINT_URL: mails.url });
    const [, url = ''] = await terminal.printed(/^console (http:\S+)/m);
    const events = await fetch(`${url}/api/events`);
    expect(events.status).toBe(200);
    await interrupt(terminal, lastLine);
  });
});
