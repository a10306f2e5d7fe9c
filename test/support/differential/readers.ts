import { createHash } from 'node:crypto';
import PostalMime from 'postal-mime';
import { MIME_LIMITS } from '../../../core/mail/limits.ts';
import type { Attachment, MailContent } from '../../../core/mail/parsed-mail.ts';
import { MailparserReader } from '../../../core/mime/mailparser-reader.ts';
import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import { comparedWith, needsSecondReading } from '../../../core/mime/second-reading.ts';
import type { MimeReader } from '../../../core/ports/mime-reader.ts';
import type { PythonReader } from './python.ts';
import { hashOf, textOf, type View } from './view.ts';

export interface Readings {
  ours: View;
  /** Views that differ from ours, by reader. */
  others: Record<string, View>;
  /** Our reader flags that others may see a different mail. */
  flagged: boolean;
  content: MailContent;
}

const ownReader = new StreamingMimeReader();
const secondReader = new MailparserReader();

/** What this project and three popular readers find in a mail. */
export async function readByAll(mail: Buffer, python: PythonReader | null): Promise<Readings> {
  const first = await readWith(ownReader, mail);
  const [second, postal, inPython] = await Promise.all([
    readWith(secondReader, mail),
    postalView(mail),
    python?.read(mail),
  ]);
  const content = needsSecondReading(first.content) ? comparedWith(first.content, second.content) : first.content;
  const ours = ownView(first);
  const views: Record<string, View> = { mailparser: await mailparserView(second), postal, ...inPython };
  // A reader that gave up on the mail has not seen a different one.
  const found = Object.entries(views).filter(([, view]) => typeof view !== 'string');
  const others = Object.fromEntries(found.filter(([, view]) => textOf(view) !== textOf(ours)));
  return { ours, others, flagged: content.defects.some(({ code }) => code === 'mime.ambiguous'), content };
}

interface Read {
  content: MailContent;
  bytes: Map<string, Buffer>;
}

async function readWith(reader: MimeReader, mail: Buffer): Promise<Read> {
  const bytes = new Map<string, Buffer>();
  async function* inOne() {
    yield mail;
  }
  const content = await reader.read(
    inOne(),
    async ({ partId }, body) => {
      const chunks: Buffer[] = [];
      for await (const chunk of body) chunks.push(Buffer.from(chunk));
      const whole = Buffer.concat(chunks);
      bytes.set(partId, whole);
      const sha256 = createHash('sha256').update(whole).digest('hex');
      return { size: whole.length, sha256, detectedType: null, bucket: '', key: '' };
    },
    MIME_LIMITS,
  );
  return { content, bytes };
}

function ownView({ content, bytes }: Read): View {
  const found: View = [];
  const add = (attachments: readonly Attachment[], parent: string | null) => {
    for (const { partId, parentPartId, filename, message } of attachments) {
      // The other readers do not unpack winmail.dat and the like.
      if (parentPartId !== parent) continue;
      if (message === null) found.push({ name: filename, hash: hashOf(bytes.get(partId) ?? Buffer.alloc(0)) });
      else add(message.attachments, partId);
    }
  };
  add(content.attachments, null);
  return found;
}

async function mailparserView({ content, bytes }: Read): Promise<View> {
  const stopped = content.defects.find(({ code }) => code.startsWith('parse.'));
  if (stopped !== undefined) return `crash: ${stopped.detail}`;
  const found: View = [];
  for (const { partId, filename, contentType } of content.attachments) {
    const body = bytes.get(partId) ?? Buffer.alloc(0);
    if (contentType !== 'message/rfc822') found.push({ name: filename, hash: hashOf(body) });
    else {
      const inner = await mailparserView(await readWith(secondReader, body));
      if (typeof inner === 'string') return inner;
      found.push(...inner);
    }
  }
  return found;
}

async function postalView(mail: Buffer): Promise<View> {
  const found: View = [];
  try {
    const { attachments } = await PostalMime.parse(mail);
    for (const { filename, mimeType, content } of attachments) {
      const body = Buffer.from(typeof content === 'string' ? content : new Uint8Array(content));
      const inner = mimeType === 'message/rfc822' ? await postalView(body) : [{ name: filename, hash: hashOf(body) }];
      if (typeof inner === 'string') return inner;
      found.push(...inner);
    }
    return found;
  } catch (error) {
    return `crash: ${error}`;
  }
}
