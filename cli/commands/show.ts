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
  raw: { type: 'boolean', about: 'print the original bytes of the mail' },
  ...bucketOptions,
} as const;

export const show: Command = {
  summary: 'print one mail: its document, or its original bytes',
  usage: {
    synopsis: ['show ID [--raw]'],
    about: [
      'Prints the whole document as JSON, or the failure record when there is no document. The first characters of an id are enough if they are unique.',
    ],
    options,
    examples: ['mail-pipeline show 01M8J52CRDW82A0ZJ4XKYPYEH9', 'mail-pipeline show 01M8J52C --raw > mail.eml'],
  },
  async run(args, context) {
    const { values, positionals } = parse(args, options);
    const [text, extra] = positionals;
    if (text === undefined) throw new UsageError('give the id of a mail, as printed by send and tail');
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
    throw new PermanentError('mail.unfinished', `${id} was received but is not parsed yet; --raw prints its bytes`);
  }
  throw new PermanentError('mail.unknown', `there is no mail ${id} in ${buckets.raw} or ${buckets.content}`);
}

/** Writes the bytes of DATA, without the trace header that the edge prepended. */
async function writeRaw(id: MailId, objects: ObjectStore, buckets: Buckets, out: Output): Promise<void> {
  const raw = await openRaw(id, objects, buckets);
  const traceBytes = Number(raw.metadata[METADATA_TRACE_BYTES] ?? 0);
  for await (const chunk of withoutTrace(raw.body, traceBytes)) await out.write(chunk);
}

/** Finds a mail by the edge's key, or by the key in the document if something other than the edge stored it. */
async function openRaw(id: MailId, objects: ObjectStore, buckets: Buckets): Promise<StoredObject> {
  const own = await objects.get({ bucket: buckets.raw, key: rawKey(id) });
  if (own !== null) return own;
  const document = await readDocument(objects, documentOf(buckets.content, id));
  const foreign = document === null ? null : await objects.get(document.raw);
  if (foreign !== null) return foreign;
  throw new PermanentError('raw.missing', `the raw mail ${id} is not in ${buckets.raw}`);
}
