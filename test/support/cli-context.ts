import type { CommandContext } from '../../cli/command.ts';
import { decodeCliEnvironment } from '../../core/settings/cli.ts';
import type { Environment } from '../../core/settings/codec.ts';
import { type Output, painter } from '../../core/terminal/output.ts';

/** A command context that records what was printed. A service the test did not pass throws when used. */
export function testContext(env: Environment, parts: Partial<CommandContext> = {}) {
  const [out, err] = [recorder(), recorder()];
  let ifInterrupted = () => 'interrupted';
  const context: CommandContext = {
    settings: decodeCliEnvironment(env),
    objects: () => {
      throw new Error('no object store in this test');
    },
    queue: () => Promise.reject(new Error('no queue in this test')),
    queueUrl: () => Promise.reject(new Error('no queue in this test')),
    queueUrls: () => Promise.resolve([]),
    account: () => Promise.reject(new Error('no AWS account in this test')),
    resolver: () => {
      throw new Error('no DNS in this test');
    },
    read: () => Promise.reject(new Error('no reader in this test')),
    input: () => {
      throw new Error('no standard input in this test');
    },
    ask: null,
    out,
    err,
    progress: () => ({ add: () => {}, stop: () => {} }),
    waiting: () => () => {},
    now: () => new Date('2026-11-22T12:00:00Z'),
    signal: new AbortController().signal,
    ifInterrupted: (text) => {
      ifInterrupted = text;
    },
    ...parts,
  };
  return { ...context, printed: out.text, complained: err.text, ifInterruptedNow: () => ifInterrupted() };
}

function recorder(): Output & { text: () => string } {
  const chunks: Buffer[] = [];
  return {
    write: async (text) => {
      chunks.push(Buffer.from(text));
    },
    columns: null,
    style: painter(false),
    text: () => Buffer.concat(chunks).toString(),
  };
}
