import { PipelineError } from '../../core/mail/errors.ts';
import { composeMail } from '../../core/smtp/compose-mail.ts';
import type { SmtpEnvelope } from '../../core/smtp/envelope-from-headers.ts';
import { type SizedStream, SmtpClient, type SmtpServer } from '../../core/smtp/smtp-client.ts';
import type { SendRequest, SentMail } from '../console/api/api.ts';
import { RequestError } from '../console/http/api-error.ts';
import { readSamples, type Sample } from '../demo/samples.ts';

interface Outgoing {
  envelope: SmtpEnvelope;
  message: Buffer;
}

/** Description of each sample, by file. */
const ABOUT: Readonly<Record<string, string>> = {
  'bounce.eml': 'A failed delivery reported by another server',
  'calendar-invite.eml': 'An invitation to a meeting',
  'forwarded-message.eml': 'A mail inside a mail',
  'html-inline-image.eml': 'HTML with an embedded image',
  'japanese-iso-2022-jp.eml': 'Japanese in ISO-2022-JP',
  'mailing-list.eml': 'A mailing list message',
  'malformed.eml': 'A mail with defects',
  'plain-text.eml': 'Plain text',
  'reply.eml': 'A reply with quoted text',
  'scanned-invoice.eml': 'A scanned invoice, read by OCR',
  'several-attachments.eml': 'Several attachments',
};

export const samples = (): { name: string; about: string }[] =>
  readSamples().map(({ file }) => ({ name: file, about: ABOUT[file] ?? file }));

/**
 * Delivers the requested mail to the edge over SMTP, like any other sender.
 *
 * @throws RequestError when there is no such sample, or the edge cannot be reached
 */
export async function send(request: SendRequest, server: SmtpServer): Promise<SentMail> {
  const { envelope, message } = await outgoing(request);
  return sendFile(envelope, message, server);
}

/**
 * Delivers the bytes of a mail while they are still being uploaded; an aborted upload is not delivered.
 *
 * @throws RequestError when the edge cannot be reached
 */
export async function sendFile(
  envelope: SmtpEnvelope,
  message: Buffer | SizedStream,
  server: SmtpServer,
): Promise<SentMail> {
  let client: SmtpClient | null = null;
  try {
    client = await SmtpClient.connect(server);
    const { queueId, reply, rejected } = await client.send(envelope, message);
    const refused = rejected.map(({ address, reply: why }) => `; <${address}> was rejected: ${why}`);
    return { id: queueId, reply: `${reply}${refused.join('')}` };
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    if (/^smtp\.\d|^smtp\.envelope$/.test(error.code)) return { id: null, reply: error.message };
    throw new RequestError(503, error.code, `${error.message}. The edge is restarting: try again.`);
  } finally {
    client?.quit();
  }
}

async function outgoing(request: SendRequest): Promise<Outgoing> {
  switch (request.kind) {
    case 'sample': {
      const { envelope, message } = sample(request.name);
      return { envelope: { ...envelope, rcptTo: request.to ?? envelope.rcptTo }, message };
    }
    case 'compose':
      return { envelope: { mailFrom: request.from, rcptTo: request.to }, message: await composeMail(request) };
  }
}

function sample(name: string): Sample {
  const found = readSamples().find(({ file }) => file === name);
  if (found === undefined) throw new RequestError(404, 'not_found', `There is no sample ${name}.`);
  return found;
}
