import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { printable } from '../../core/log/printable.ts';
import { allAttachments } from '../../core/mail/attachments.ts';
import { METADATA_TRACE_BYTES, publicEnvelope } from '../../core/mail/envelope.ts';
import { PermanentError } from '../../core/mail/errors.ts';
import type { Attachment, ParsedMail } from '../../core/mail/parsed-mail.ts';
import { withoutTrace } from '../../core/mail/trace.ts';
import { documentOf, readDocument } from '../../core/outcome/documents.ts';
import { readEnvelope } from '../../core/outcome/envelopes.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { parse, UsageError, usage } from '../arguments.ts';
import type { Command } from '../command.ts';
import { findMailId } from '../mail-lookup.ts';
import { bucketOptions, bucketsOf } from '../targets.ts';

const options = {
  json: { type: 'boolean', about: 'one JSON line for each check' },
  ...bucketOptions,
} as const;

export const verify: Command = {
  summary: 'check that bytes, hashes, envelope and document of a mail agree',
  usage: usage(
    'verify ID [--json]',
    'Reads the raw mail and every attachment again and compares them with what the document says. The exit code is 1 when\nanything differs.',
    options,
  ),
  async run(args, world) {
    const { values, positionals } = parse(args, options);
    const [text, extra] = positionals;
    if (text === undefined || extra !== undefined) throw new UsageError('give the id of one mail');
    const buckets = bucketsOf(values, world.settings);
    const objects = world.objects();
    const id = await findMailId(text, objects, buckets);
    const mail = await readDocument(objects, documentOf(buckets.content, id));
    if (mail === null) throw new PermanentError('mail.unknown', `there is no document of ${id} in ${buckets.content}`);
    let differing = 0;
    for await (const check of checks(mail, objects)) {
      if (!check.agrees) differing += 1;
      await world.out.write(values.json ? `${JSON.stringify(check)}\n` : line(check));
    }
    return differing === 0 ? 0 : 1;
  },
};

interface Check {
  what: string;
  agrees: boolean;
  /** What stands in the document. */
  document: unknown;
  /** What was found. */
  found: unknown;
}

async function* checks(mail: ParsedMail, objects: ObjectStore): AsyncGenerator<Check> {
  yield* rawChecks(mail, objects);
  for (const attachment of allAttachments(mail.attachments)) yield attachmentCheck(attachment, objects);
}

async function* rawChecks({ id, raw, envelope }: ParsedMail, objects: ObjectStore): AsyncGenerator<Check> {
  const stored = await objects.get(raw);
  yield compared('raw mail', `${raw.bucket}/${raw.key}`, stored === null ? null : `${raw.bucket}/${raw.key}`);
  if (stored === null) return;
  const traceBytes = Number(stored.metadata[METADATA_TRACE_BYTES] ?? 0);
  const { sha256, size } = await digest(withoutTrace(stored.body, traceBytes));
  yield compared('trace bytes', raw.traceBytes, traceBytes);
  yield compared('size', raw.size, traceBytes + size);
  yield compared('sha256', raw.sha256, sha256);
  const received = await readEnvelope(objects, raw.bucket, id, stored.metadata);
  // Without one the document has what SES says in front of the mail, or null: part of the bytes that were compared.
  if (received !== null) yield compared('envelope', envelope, publicEnvelope(received));
}

async function attachmentCheck(
  { partId, bucket, key, size, sha256 }: Attachment,
  objects: ObjectStore,
): Promise<Check> {
  const stored = await objects.get({ bucket, key });
  const found = stored === null ? null : await digest(stored.body);
  return compared(`attachment ${partId}`, { size, sha256 }, found);
}

function compared(what: string, document: unknown, found: unknown): Check {
  return { what, agrees: isDeepStrictEqual(document, found), document, found };
}

async function digest(content: AsyncIterable<Buffer>): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of content) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest('hex') };
}

function line({ what, agrees, document, found }: Check): string {
  if (agrees) return `ok       ${what}\n`;
  return `DIFFERS  ${what}: the document says ${printable(JSON.stringify(document))}, found ${printable(JSON.stringify(found))}\n`;
}
