import { stripVTControlCharacters } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { displayWidth } from '../../core/log/printable.ts';
import { METADATA_ENVELOPE } from '../../core/mail/envelope.ts';
import { mintMailId } from '../../core/mail/id.ts';
import { failedKey, rawKey } from '../../core/mail/keys.ts';
import { Gate } from '../support/gate.ts';
import { TestPipeline, textMail } from '../support/local-pipeline.ts';
import { OnTerminal, type TerminalOptions } from '../support/on-terminal.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { missingTools } from '../support/tools.ts';

const skipped = missingTools('python3');
const path = temporaryDirectory();
let pipeline: TestPipeline;
let gate: Gate;
let failed = '';
const delivered: string[] = [];
const running: OnTerminal[] = [];

beforeAll(async () => {
  if (skipped !== '') return;
  pipeline = await TestPipeline.start(path('data'));
  gate = await Gate.before(pipeline.awsUrl);
  failed = mintMailId();
  await pipeline.store.put({ bucket: 'raw-mail', key: rawKey(failed) }, textMail('fails'), {
    metadata: { [METADATA_ENVELOPE]: 'unreadable' },
  });
  for (const number of [1, 2, 3]) delivered.push(await pipeline.send(textMail(`mail ${number} ${'long '.repeat(30)}`)));
  await pipeline.receive(delivered);
  const record = { bucket: 'mail-content', key: failedKey(failed) };
  await vi.waitFor(async () => expect(await pipeline.store.head(record)).not.toBeNull(), 60_000);
});
afterEach(() => {
  gate?.open();
  for (const terminal of running.splice(0)) terminal.kill();
});
afterAll(async () => {
  await gate?.stop();
  await pipeline?.program.killAll();
});

function mailPipeline(args: readonly string[], options: TerminalOptions = {}): OnTerminal {
  const env = { AWS_ENDPOINT_URL: gate.endpoint, ...options.env };
  const terminal = new OnTerminal(process.execPath, ['cli/mail-pipeline.mjs', ...args], { ...options, env });
  running.push(terminal);
  return terminal;
}

/** Holds the command until it shows its progress, then lets it finish. */
async function withProgress(args: readonly string[], which: (line: string, nth: number) => boolean, progress: RegExp) {
  const { came, release } = gate.hold(which);
  const terminal = mailPipeline(args, { columns: 160 });
  await came;
  await terminal.printed(progress);
  release();
  gate.open();
  return terminal.ended();
}

const rawPlace = (id: string) => `raw-mail/${rawKey(id)}`;

describe(`on a terminal${skipped}`, { skip: skipped !== '' }, () => {
  it('audit shows every row and total, and no progress at the end', async () => {
    const lists = (line: string) => line.includes('prefix=deliveries');
    const { how, rows } = await withProgress(['audit'], lists, /audited 0 mails/);
    expect(how).toBe('exit 0');
    expect(rows).toEqual([
      expect.stringMatching(new RegExp(`^failed {5}${failed} {2}\\S+Z {2}${rawPlace(failed)}$`)),
      'accepted             4',
      'delivered            3  3 of them judged by their document: see audit --help',
      'failed               1',
      'in flight            0  no outcome yet, younger than 15 minutes',
      'overdue              0  no outcome, older: see docs/runbook.md',
    ]);
  });

  it('redrive --dry-run shows its row', async () => {
    const reads = (line: string) => line.includes(failedKey(failed));
    const { how, rows } = await withProgress(['redrive', '--dry-run'], reads, /looked at 0 mails/);
    expect({ how, rows }).toEqual({
      how: 'exit 0',
      rows: [`${failed}  revision 1  ${rawPlace(failed)}`, '1 mail would be parsed again'],
    });
  });

  it('replay --dry-run shows every row', async () => {
    const reads = (line: string) => line.startsWith('GET /mail-content/parsed/');
    const args = ['replay', '--since', '1d', '--dry-run'];
    const { how, rows } = await withProgress(args, reads, /looked at 0 mails/);
    expect({ how, rows }).toEqual({
      how: 'exit 0',
      rows: [...delivered.map((id) => `${id}  revision 2  ${rawPlace(id)}`), '3 mails would be parsed again'],
    });
  });

  it('verify --all shows the problems and the totals', async () => {
    const reads = (line: string) => line.startsWith('GET /mail-content/parsed/');
    const { how, rows } = await withProgress(['verify', '--all'], reads, /verified 0 mails/);
    expect({ how, rows }).toEqual({
      how: 'exit 1',
      rows: [
        expect.stringMatching(new RegExp(`^failed {5}${failed} {2}\\S`)),
        '4 mails checked: 3 agree, 0 differ, 1 failed, 0 in flight, 0 overdue',
      ],
    });
  });

  it('tables fit the width of the terminal without truncating ids', async () => {
    const tables = [['audit'], ['failed', 'list'], ['replay', '--since', '1d', '--dry-run'], ['verify', '--all']];
    for (const columns of [40, 80]) {
      for (const args of tables) {
        const terminal = mailPipeline(args, { columns });
        expect((await terminal.ended()).how).toMatch(/^exit [01]$/);
        const lines = terminal.sent
          .split('\r\n')
          .map((line) => stripVTControlCharacters(line.slice(line.lastIndexOf('\r') + 1)));
        const ids = args[0] === 'replay' ? delivered : [failed];
        for (const id of ids) expect(lines.filter((line) => line.includes(id))).toHaveLength(1);
        // A sentence for the user is not a table row: the terminal wraps it.
        const rows = lines.filter((line) => !/^\d+ mails? |does not fix|audit does not/.test(line));
        for (const line of rows) expect(displayWidth(line), `${args} at ${columns}`).toBeLessThanOrEqual(columns);
      }
    }
  });

  it('colours appear unless NO_COLOR or a dumb terminal disables them', async () => {
    const colours = async (env: NodeJS.ProcessEnv) => {
      const terminal = mailPipeline(['audit'], { env });
      await terminal.ended();
      return terminal.sent.includes('\x1b[31m');
    };
    expect(await colours({})).toBe(true);
    expect(await colours({ NO_COLOR: '1' })).toBe(false);
    expect(await colours({ TERM: 'dumb' })).toBe(false);
  });

  it('Ctrl-C leaves one line below the results', async () => {
    const { came } = gate.hold((line) => line.includes('prefix=deliveries'));
    const terminal = mailPipeline(['audit'], { columns: 160 });
    await came;
    await terminal.printed(/audited 0 mails/);
    terminal.type('\x03');
    expect(await terminal.ended()).toEqual({
      how: 'exit 130',
      rows: ['mail-pipeline audit: interrupted: the totals cover the mails checked so far'],
    });
  });
});
