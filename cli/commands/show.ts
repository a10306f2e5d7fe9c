import { text } from 'node:stream/consumers';
import { printableJson } from '../../core/log/printable.ts';
import { METADATA_TRACE_BYTES } from '../../core/mail/envelope.ts';
import { PermanentError } from '../../core/mail/errors.ts';
import type { MailId } from '../../core/mail/id.ts';
import { failedKey, parsedKey, rawKey } from '../../core/mail/keys.ts';
import { withoutTrace } from '../../core/mail/trace.ts';
import { findMailId } from '../../core/operations/mail-lookup.ts';
import { documentOf, readDocument } from '../../core/outcome/documents.ts';
import type { Buckets } from '../../core/outcome/mail-outcomes.ts';
import type { ObjectStore, StoredObject } from '../../core/ports/object-store.ts';
import { parse, UsageError } from '../../core/terminal/arguments.ts';
import type { Output } from '../../core/terminal/output.ts';
import type { Command } from '../command.ts';
import { bucketOptions, bucketsOf } from '../targets.ts';

const options = {
  raw: { type: 'boolean', about: 'the bytes of the mail as they were received' },
  ...bucketOptions,
} as const;

export const show: Command = {
  summary: 'print one mail: its document, or its bytes',
  usage: {
    synopsis: ['show ID [--raw]'],
    about: [
      'Prints the whole document as JSON, or the record of the failure when the mail has none. The first characters of an id are enough when no other id starts with them.',
    ],
    options,
    examples: ['mail-pipeline show 01M8J52CRDW82A0ZJ4XKYPYEH9', 'mail-pipeline show 01M8J52C --raw > mail.eml'],
  },
  async run(args, context) {
    const { values, positionals } = parse(args, options);
    const [text, extra] = positionals;
    if (text === undefined) throw new UsageError('give the id of a mail: send and tail print it');
    if (extra !== undefined) throw new UsageError(`"${extra}": show takes one id`);
    const buckets = bucketsOf(values, context.settings);
    const objects = context.objects();
    const id = await findMailId(text, objects, buckets);
    if (values.raw) await writeRaw(id, objects, buckets, context.out);
    else await context.out.write(`${await outcome(id, objects, buckets)}\n`);
    return 0;
  },
};

/** @throws PermanentError `mail.unfinished` or `mail.unknown` when there is neither document nor failure */
async function outcome(id: MailId, objects: ObjectStore, buckets: Buckets): Promise<string> {
  for (const key of [parsedKey(id), failedKey(id)]) {
    const found = await objects.get({ bucket: buckets.content, key });
    if (found !== null) return printableJson(JSON.stringify(JSON.parse(await text(found.body)), null, 2));
  }
  if (await objects.head({ bucket: buckets.raw, key: rawKey(id) })) {
    throw new PermanentError('mail.unfinished', `${id} was received and not parsed yet; --raw prints its bytes`);
  }
  throw new PermanentError('mail.unknown', `there is no mail ${id} in ${buckets.raw} and ${buckets.content}`);
}

/** The bytes of DATA: the trace header that the edge put in front is left out. */
async function writeRaw(id: MailId, objects: ObjectStore, buckets: Buckets, out: Output): Promise<void> {
  const raw = await openRaw(id, objects, buckets);
  const traceBytes = Number(raw.metadata[METADATA_TRACE_BYTES] ?? 0);
  for await (const chunk of withoutTrace(raw.body, traceBytes)) await out.write(chunk);
}

/** By the key that the edge gives, else by what the document of a foreign mail says. */
async function openRaw(id: MailId, objects: ObjectStore, buckets: Buckets): Promise<StoredObject> {
  const own = await objects.get({ bucket: buckets.raw, key: rawKey(id) });
  if (own !== null) return own;
  const document = await readDocument(objects, documentOf(buckets.content, id));
  const foreign = document === null ? null : await objects.get(document.raw);
  if (foreign !== null) return foreign;
  throw new PermanentError('raw.missing', `there are no bytes of ${id} in ${buckets.raw}`);
}
