import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { z } from 'zod';
import type { View } from './view.ts';

const SCRIPT = join(import.meta.dirname, 'python-reader.py');
const viewSchema = z.union([z.array(z.tuple([z.string().nullable(), z.string()])), z.string()]);
const answerSchema = z.tuple([viewSchema, viewSchema]);

/** Python has two parsing policies. */
export interface PythonViews {
  python: View;
  'python compat32': View;
}

/** Python's `email` in one process that reads one mail after another. */
export class PythonReader {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  readonly #waiting: { resolve: (views: PythonViews) => void; reject: (error: Error) => void }[] = [];

  constructor() {
    this.#child = spawn('python3', ['-I', SCRIPT]);
    this.#lines = createInterface({ input: this.#child.stdout });
    this.#lines.on('line', (line) => this.#waiting.shift()?.resolve(viewsOf(line)));
    let said = '';
    this.#child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    this.#child.on('close', () => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(`python3 ended: ${said}`));
    });
    // `close` reports what could not be written.
    this.#child.stdin.on('error', () => {});
  }

  read(mail: Buffer): Promise<PythonViews> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      const length = Buffer.alloc(4);
      length.writeUInt32BE(mail.length);
      this.#child.stdin.write(Buffer.concat([length, mail]));
    });
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin.end();
    await closed;
  }
}

function viewsOf(line: string): PythonViews {
  const [python, compat32] = answerSchema.parse(JSON.parse(line));
  return { python: viewOf(python), 'python compat32': viewOf(compat32) };
}

function viewOf(view: z.infer<typeof viewSchema>): View {
  return typeof view === 'string' ? view : view.map(([name, hash]) => ({ name, hash }));
}
