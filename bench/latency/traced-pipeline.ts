import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestPipeline } from '../../test/support/local-pipeline.ts';
import { type Delivered, spanSchema } from './stages.ts';

/** The clock of trace.mjs. */
const now = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Local mode of a checkout, traced. */
export class TracedPipeline {
  readonly #pipeline: TestPipeline;
  readonly #trace: string;
  readonly #delivered: Omit<Delivered, 'spans'>[] = [];

  private constructor(pipeline: TestPipeline, trace: string) {
    this.#pipeline = pipeline;
    this.#trace = trace;
  }

  /** @param directory for its data; made when absent */
  static async start(checkout: string, directory: string): Promise<TracedPipeline> {
    const trace = `${directory}.trace`;
    const hook = new URL('trace.mjs', import.meta.url);
    hook.searchParams.set('to', trace);
    const command = [process.execPath, '--import', hook.href, join(checkout, 'cli/mail-pipeline.mjs'), 'start'];
    const config = join(checkout, 'pipeline.config.ts');
    return new TracedPipeline(await TestPipeline.start(directory, ['--config', config], command), trace);
  }

  /** Delivers one mail to a consumer that is polling. */
  async deliver(mail: Buffer): Promise<void> {
    const queue = this.#pipeline.queue('parsed-mail');
    const polling = queue.receive({ max: 1 });
    const began = now();
    const id = await this.#pipeline.send(mail);
    const accepted = now();
    const [message] = await polling;
    const received = now();
    if (message === undefined) throw new Error('the mail did not come out of the queue within 20 seconds');
    if (!message.body.includes(id)) throw new Error(`another message than that of ${id} came out of the queue`);
    await queue.delete(message.receiptHandle);
    this.#delivered.push({ id, began, accepted, received });
  }

  async kill(): Promise<void> {
    await this.#pipeline.program.killAll();
  }

  /** Stops it and returns what was delivered, each mail with what was traced of it. */
  async stop(): Promise<Delivered[]> {
    await this.#pipeline.stop();
    const lines = readFileSync(this.#trace, 'utf8').split('\n');
    const spans = lines.map((line) => spanSchema.parse(JSON.parse(line)));
    return this.#delivered.map((mail) => ({
      ...mail,
      spans: spans.filter(({ start, end }) => start < mail.received && (end === null || end > mail.began)),
    }));
  }
}
