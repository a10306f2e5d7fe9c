import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { consume } from '../consumer/index.ts';

/** Prints each mail and saves its attachments: `npx tsx examples/consume.ts SAVE_TO [COUNT]`. Ctrl-C finishes the mail in progress. */
const [saveTo = 'attachments', count = 'Infinity'] = process.argv.slice(2);
const queueUrl = process.env['PARSED_MAIL_QUEUE'];
if (queueUrl === undefined) throw new Error('set PARSED_MAIL_QUEUE to the URL of the queue');

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

let handled = 0;
const seen = new Set<string>(); // In production a table of your database: each process sees only its own deliveries.

await consume(queueUrl, {
  signal: stop.signal,
  // One at a time, so that it receives no more than COUNT.
  ...(count === 'Infinity' ? {} : { parallelism: 1 }),
  deduplication: { seen: (key) => seen.has(key), remember: (key) => void seen.add(key) },
  async handle(_message, stored) {
    const mail = await stored.whole();
    const folder = join(saveTo, mail.id);
    await mkdir(folder, { recursive: true });
    for (const attachment of mail.attachments) {
      // The part id is ours, the file name a stranger's.
      await pipeline(await stored.attachment(attachment), createWriteStream(join(folder, attachment.partId)));
    }
    const length = mail.text?.length ?? 0;
    console.log(JSON.stringify({ id: mail.id, subject: mail.subject, length, attachments: mail.attachments.length }));
    handled += 1;
    if (handled >= Number(count)) stop.abort();
  },
  onError: (error, { messageId }) => console.error(messageId, error),
});
