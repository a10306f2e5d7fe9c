import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createS3Client, createSqsClient } from '../../core/aws/clients.ts';
import { s3ObjectStore } from '../../core/aws/s3-object-store.ts';
import { SqsQueue } from '../../core/aws/sqs-queue.ts';
import { type ParsedMail, parsedMailSchema } from '../../core/mail/parsed-mail.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { Queue } from '../../core/ports/queue.ts';
import { SmtpClient } from '../../core/smtp/smtp-client.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The line that programs outside this repository parse. */
export const READY_LINE =
  /^ready smtp=127\.0\.0\.1:(\d+) console=(http:\/\/127\.0\.0\.1:\d+) aws=(http:\/\/127\.0\.0\.1:\d+)$/m;

export const FREE_PORTS = ['--smtp-port', '0', '--web-port', '0', '--aws-port', '0'];

/** `npm start` without npm. */
const COMMAND = [process.execPath, join(ROOT, 'cli/mail-pipeline.mjs'), 'start'];

/** Local mode from the command line, in its own process group. */
export class StartedProgram {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly #exited: Promise<unknown>;

  constructor(args: readonly string[], [command = '', ...before] = COMMAND) {
    this.child = spawn(command, [...before, ...args], { cwd: ROOT, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.#exited = once(this.child, 'close');
  }

  /** The exit code, or the signal that ended the program. */
  async exited(): Promise<number | string | null> {
    await this.#exited;
    return this.child.exitCode ?? this.child.signalCode;
  }

  /** Resolves with the match of the ready line. */
  async ready(): Promise<RegExpExecArray> {
    for (;;) {
      const line = READY_LINE.exec(this.stdout);
      if (line !== null) return line;
      const output = this.child.stdout;
      if (output === null) throw new Error('no standard output');
      const ended = this.#exited.then(() => 'ended');
      if ((await Promise.race([once(output, 'data'), ended])) === 'ended') {
        throw new Error(`it ended before it was ready:\n${this.stdout}${this.stderr}`);
      }
    }
  }

  /** kill -9 of the program and all its children at once. */
  async killAll(): Promise<void> {
    if (this.child.pid !== undefined) process.kill(-this.child.pid, 'SIGKILL');
    await this.exited();
  }
}

/** Runs a program that exits without becoming ready. */
export async function refused(args: readonly string[]): Promise<{ code: unknown; stderr: string }> {
  const program = new StartedProgram(args);
  const code = await program.exited();
  if (READY_LINE.test(program.stdout)) throw new Error(`it was ready:\n${program.stdout}`);
  return { code, stderr: program.stderr };
}

/** A pipeline on free ports, and what a user gets: an SMTP server, S3 and a queue. */
export class TestPipeline {
  readonly program: StartedProgram;
  readonly smtpPort: number;
  readonly consoleUrl: string;
  readonly store: ObjectStore;
  readonly #sqs;
  readonly awsUrl: string;

  private constructor(program: StartedProgram, line: RegExpExecArray) {
    const [, smtpPort, consoleUrl = '', awsUrl = ''] = line;
    this.program = program;
    this.smtpPort = Number(smtpPort);
    this.consoleUrl = consoleUrl;
    this.awsUrl = awsUrl;
    const client = { endpoint: awsUrl, region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } };
    this.store = s3ObjectStore(createS3Client(client));
    this.#sqs = createSqsClient(client);
  }

  static async start(dataDirectory: string, args: readonly string[] = [], command = COMMAND): Promise<TestPipeline> {
    const program = new StartedProgram([...FREE_PORTS, '--data', dataDirectory, ...args], command);
    return new TestPipeline(program, await program.ready());
  }

  queue(name: string): Queue {
    return new SqsQueue(this.#sqs, `${this.awsUrl}/000000000000/${name}`);
  }

  /** Delivers over a new connection and returns the id in the 250 reply. */
  async send(message: Buffer, rcptTo: string[] = ['bob@example.com']): Promise<string> {
    const client = await SmtpClient.connect({ host: '127.0.0.1', port: this.smtpPort });
    try {
      const { queueId, reply } = await client.send({ mailFrom: 'ada@example.org', rcptTo }, message);
      if (queueId === null) throw new Error(`no id in "${reply}"`);
      return queueId;
    } finally {
      client.quit();
    }
  }

  /** Consumes a queue until every id has arrived; the result includes other mails that arrive. */
  async receive(ids: Iterable<string>, name = 'parsed-mail'): Promise<Map<string, ParsedMail>> {
    const missing = new Set(ids);
    const mails = new Map<string, ParsedMail>();
    const queue = this.queue(name);
    while (missing.size > 0) {
      for (const { body, receiptHandle } of await queue.receive()) {
        const mail = parsedMailSchema.parse(JSON.parse(body));
        mails.set(mail.id, mail);
        missing.delete(mail.id);
        await queue.delete(receiptHandle);
      }
    }
    return mails;
  }

  /** Presses Ctrl-C and returns the exit code. */
  async stop(): Promise<number | string | null> {
    this.program.child.kill('SIGINT');
    return this.program.exited();
  }
}

export async function writeConfig(directory: string, source: string): Promise<string> {
  const file = join(directory, 'pipeline.config.mjs');
  await writeFile(file, `export default ${source};`);
  return file;
}

/** A mail with one line of text. */
export function textMail(subject: string, body = 'Hello.'): Buffer {
  return Buffer.from(
    `From: Ada <ada@example.org>\r\nTo: bob@example.com\r\nSubject: ${subject}\r\n` +
      `Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n\r\n${body}\r\n`,
  );
}
