import { PermanentError, TransientError } from '../../core/mail/errors.ts';
import { type ParsedMail, parsedMailSchema } from '../../core/mail/parsed-mail.ts';
import type { Queue } from '../../core/ports/queue.ts';
import { SmtpClient, type SmtpServer } from '../../core/smtp/smtp-client.ts';
import type { Sample } from './samples.ts';

const LONG_POLL_SECONDS = 20;

export interface Delivered {
  sample: Sample;
  mail: ParsedMail;
  /** Milliseconds from the 250 until a consumer received the mail. */
  milliseconds: number;
}

/**
 * Delivers the samples one by one over one SMTP connection, and yields each once it has come out of the queue.
 *
 * @throws TransientError `demo.timeout` naming the mail that did not come out within `timeoutMs`
 */
export async function* deliverSamples(
  samples: readonly Sample[],
  server: SmtpServer,
  queue: Queue,
  timeoutMs: number,
): AsyncGenerator<Delivered> {
  const client = await SmtpClient.connect({ ...server, timeoutMs });
  try {
    for (const sample of samples) {
      const { queueId, reply } = await client.send(sample.envelope, sample.message);
      const acceptedAt = performance.now();
      if (queueId === null)
        throw new PermanentError('demo.reply', `${sample.file}: no queue id in the reply "${reply}"`);
      const mail = await mailFromQueue(queue, queueId, timeoutMs);
      if (mail === null) {
        const seconds = Math.round(timeoutMs / 1000);
        throw new TransientError(
          'demo.timeout',
          `${sample.file} was accepted as ${queueId} but did not come out of the queue within ${seconds} s`,
        );
      }
      yield { sample, mail, milliseconds: performance.now() - acceptedAt };
    }
  } finally {
    client.quit();
  }
}

/** Null on timeout. Skips other messages: delivery is at least once, so a mail already shown may be delivered again. */
async function mailFromQueue(queue: Queue, id: string, timeoutMs: number): Promise<ParsedMail | null> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    const secondsLeft = Math.ceil((deadline - performance.now()) / 1000);
    const [message] = await queue.receive({ max: 1, waitSeconds: Math.min(LONG_POLL_SECONDS, secondsLeft) });
    if (message === undefined) continue;
    await queue.delete(message.receiptHandle);
    const mail = parsedMailSchema.parse(JSON.parse(message.body));
    if (mail.id === id) return mail;
  }
  return null;
}
