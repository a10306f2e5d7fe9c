import { describe, expect, it } from 'vitest';
import { run } from '../../../cli/program.ts';
import { testWorld } from '../../support/cli-world.ts';

const LOCAL = { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };

describe('mail-pipeline', () => {
  it.each([['--help'], ['-h'], ['help']])('%s lists the commands', async (flag) => {
    const world = testWorld({});
    expect(await run([flag], world)).toBe(0);
    expect(world.printed()).toMatch(/send .*\n.*tail .*\n.*show /);
  });

  it.each(['send', 'show', 'tail'])('%s --help shows its usage', async (name) => {
    const world = testWorld({});
    expect(await run([name, '--help'], world)).toBe(0);
    expect(world.printed()).toMatch(new RegExp(`^Usage: mail-pipeline ${name} `));
  });

  it.each([
    { argv: [], says: /^Usage: mail-pipeline <command>/ },
    {
      argv: ['sned'],
      says: /^mail-pipeline: there is no command "sned": did you mean send\? \(mail-pipeline help\)\n$/,
    },
    { argv: ['send'], says: /^mail-pipeline send: give the files to send \(mail-pipeline help send\)\n$/ },
    {
      argv: ['send', 'a.eml', '--form', 'x'],
      says: /^mail-pipeline send: there is no option --form: did you mean --from\?/,
    },
    { argv: ['send', 'a.eml', '--smtp', 'a:b:c'], says: /--smtp is "a:b:c": give host:port/ },
    { argv: ['send', 'a.eml', '--smtp', 'a:70000'], says: /--smtp is "a:70000"/ },
    { argv: ['tail', 'x'], says: /"x": tail takes no argument/ },
    { argv: ['tail', '--limit', '0'], says: /--limit is "0": give a whole number of at least 1/ },
    { argv: ['tail', '--idle', '1.5'], says: /--idle is "1.5"/ },
    { argv: ['tail', '--limit'], says: /--limit lacks its value: write --limit N/ },
    { argv: ['send', 'a.eml', '--from', '--to'], says: /--from lacks its value: write --from ADDRESS, or --from=--to/ },
    { argv: ['tail', '--json=yes'], says: /--json takes no value: write --json alone/ },
    { argv: ['tail', '-x'], says: /there is no option -x/ },
    { argv: ['--json', 'tail'], says: /there is no option --json before the command/ },
    { argv: ['help', 'sned'], says: /did you mean send/ },
    { argv: ['completion', 'fish'], says: /completion bash or completion zsh/ },
    { argv: ['show'], says: /give the id of a mail/ },
    { argv: ['show', 'a', 'b'], says: /"b": show takes one id/ },
  ])('$argv is wrong and says why', async ({ argv, says }) => {
    const world = testWorld(LOCAL);
    expect(await run(argv, world)).toBe(2);
    expect(world.complained()).toMatch(says);
    expect(world.printed()).toBe('');
  });

  it.each([
    { argv: ['tail'], flag: '--queue', variable: 'PARSED_MAIL_QUEUE' },
    { argv: ['show', '01KAHQ0V00'], flag: '--raw-bucket', variable: 'RAW_BUCKET' },
  ])('$argv without a pipeline says how to name one', async ({ argv, flag, variable }) => {
    const world = testWorld({});
    expect(await run(argv, world)).toBe(1);
    expect(world.complained()).toContain('AWS_ENDPOINT_URL');
    expect(world.complained()).toContain(flag);
    expect(world.complained()).toContain(variable);
  });

  it('says what to do when nothing answers', async () => {
    const refused = new Error('sqs failed', { cause: Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }) });
    const world = testWorld(LOCAL, { queue: () => Promise.reject(refused) });
    expect(await run(['tail'], world)).toBe(1);
    expect(world.complained()).toContain('is the pipeline running (mail-pipeline start)');
  });

  it('shows no control characters of an argument', async () => {
    const world = testWorld({});
    await run(['\x1b[2J'], world);
    expect(world.complained()).not.toContain('\x1b');
  });
});
