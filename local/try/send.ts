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

/** What the samples show, by their files. */
const ABOUT: Readonly<Record<string, string>> = {
  'bounce.eml': 'A delivery that failed, as another server reports it',
  'calendar-invite.eml': 'An invitation to a meeting',
  'forwarded-message.eml': 'A mail inside a mail',
  'html-inline-image.eml': 'HTML with a picture of its own',
  'japanese-iso-2022-jp.eml': 'Japanese in ISO-2022-JP',
  'mailing-list.eml': 'A mail of a list',
  'malformed.eml': 'A mail with defects',
  'plain-text.eml': 'Plain text',
  'reply.eml': 'An answer with what it quotes',
  'scanned-invoice.eml': 'An invoice as a scan, read by OCR',
  'several-attachments.eml': 'Several attachments',
};

export const samples = (): { name: string; about: string }[] =>
  readSamples().map(({ file }) => ({ name: file, about: ABOUT[file] ?? file }));

/**
 * Delivers what somebody asked for to the edge, over SMTP as any other sender.
 *
 * @throws RequestError when there is no such sample, or the edge cannot be reached
 */
export async function send(request: SendRequest, server: SmtpServer): Promise<SentMail> {
  const { envelope, message } = await outgoing(request);
  return sendFile(envelope, message, server);
}

/**
 * Delivers the bytes of a mail, also while they are still being uploaded: what breaks off is not delivered.
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
    const refused = rejected.map(({ address, reply: why }) => `; <${address}> was refused: ${why}`);
    return { id: queueId, reply: `${reply}${refused.join('')}` };
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    if (/^smtp\.\d|^smtp\.envelope$/.test(error.code)) return { id: null, reply: error.message };
    throw new RequestError(503, error.code, `${error.message}. It is started again: try once more.`);
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
