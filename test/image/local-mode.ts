import { TestPipeline } from '../support/local-pipeline.ts';
import { entryPoint, expectEqual } from './container.ts';
import { pidListeningOn, userIdsOf } from './processes.ts';

const USER = 1000;
const START = ['node', 'cli/mail-pipeline.mjs', 'start'];
/** The tool does not end its own line. */
const ON_A_LINE_OF_ITS_OWN = ['sh', '-c', 'echo; exec "$@"', 'sh'];
const IN_CONTAINER = ['--listen', '0.0.0.0', '--data', '/data'];
const MAIL = 'From: ada@example.org\r\nTo: bob@example.com\r\nSubject: from the image\r\n\r\nHello\r\n';

/**
 * Delivers a mail by SMTP, receives it from the queue, and stops local mode with SIGTERM. It listens on 127.0.0.1 here,
 * because the tool shares the machine's network with the container.
 */
export async function checkLocalMode(tool: string): Promise<void> {
  const pipeline = await TestPipeline.start(
    '/data',
    [],
    [...[tool, '.', 'Dockerfile', '--'], ...ON_A_LINE_OF_ITS_OWN, ...START],
  );
  const { program, consoleUrl } = pipeline;
  try {
    expectEqual('entry point', program.stdout.includes(entryPoint(USER, [...START, ...IN_CONTAINER])), true);
    expectEqual('console', (await fetch(consoleUrl)).status, 200);
    const pid = pidListeningOn(Number(new URL(consoleUrl).port));
    expectEqual('user', userIdsOf(pid).join(), [USER, USER, USER, USER].join());
    const id = await pipeline.send(Buffer.from(MAIL));
    const mails = await pipeline.receive([id]);
    expectEqual('subject', mails.get(id)?.subject, 'from the image');
    process.kill(pid, 'SIGTERM');
    await program.exited();
    expectEqual('last words', /stopped; mails.* are kept in \/data/.test(program.stderr), true);
  } finally {
    if (program.child.exitCode === null) await program.killAll();
  }
}
