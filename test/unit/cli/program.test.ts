import { describe, expect, it } from 'vitest';
import { run } from '../../../cli/program.ts';
import { testContext } from '../../support/cli-context.ts';

const LOCAL = { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };

describe('mail-pipeline', () => {
  it.each([['--help'], ['-h'], ['help']])('%s lists the commands', async (flag) => {
    const context = testContext({});
    expect(await run([flag], context)).toBe(0);
    expect(context.printed()).toMatch(/send .*\n.*tail .*\n.*show /);
  });

  it.each(['send', 'show', 'tail'])('%s --help shows its usage', async (name) => {
    const context = testContext({});
    expect(await run([name, '--help'], context)).toBe(0);
    expect(context.printed()).toMatch(new RegExp(`^Usage: mail-pipeline ${name} `));
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
    { argv: ['tail', '--limit'], says: /--limit needs a value: write --limit N/ },
    { argv: ['send', 'a.eml', '--from', '--to'], says: /--from needs a value: write --from ADDRESS, or --from=--to/ },
    { argv: ['tail', '--json=yes'], says: /--json takes no value: write --json alone/ },
    { argv: ['tail', '-x'], says: /there is no option -x/ },
    { argv: ['--json', 'tail'], says: /option --json must follow the command/ },
    { argv: ['help', 'sned'], says: /did you mean send/ },
    { argv: ['completion', 'fish'], says: /completion bash or completion zsh/ },
    { argv: ['show'], says: /give the id of a mail/ },
    { argv: ['show', 'a', 'b'], says: /"b": show takes one id/ },
  ])('$argv fails and says why', async ({ argv, says }) => {
    const context = testContext(LOCAL);
    expect(await run(argv, context)).toBe(2);
    expect(context.complained()).toMatch(says);
    expect(context.printed()).toBe('');
  });

  it.each([
    { argv: ['tail'], flag: '--queue', variable: 'PARSED_MAIL_QUEUE' },
    { argv: ['show', '01KAHQ0V00'], flag: '--raw-bucket', variable: 'RAW_BUCKET' },
  ])('$argv without a pipeline says how to select one', async ({ argv, flag, variable }) => {
    const context = testContext({});
    expect(await run(argv, context)).toBe(1);
    expect(context.complained()).toContain('AWS_ENDPOINT_URL');
    expect(context.complained()).toContain(flag);
    expect(context.complained()).toContain(variable);
  });

  it('says what to do when nothing answers', async () => {
    const refused = new Error('sqs failed', { cause: Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }) });
    const context = testContext(LOCAL, { queue: () => Promise.reject(refused) });
    expect(await run(['tail'], context)).toBe(1);
    expect(context.complained()).toContain('is the pipeline running (mail-pipeline start)');
  });

  it('shows no control characters of an argument', async () => {
    const context = testContext({});
    await run(['\x1b[2J'], context);
    expect(context.complained()).not.toContain('\x1b');
  });
});
