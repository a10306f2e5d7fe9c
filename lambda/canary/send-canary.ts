import * as z from 'zod/mini';
import { TransientError } from '../../core/mail/errors.ts';
import type { MailId } from '../../core/mail/id.ts';
import type { Queue } from '../../core/ports/queue.ts';
import { canaryMail } from '../../core/smtp/canary-mail.ts';
import { SmtpClient, type SmtpServer } from '../../core/smtp/smtp-client.ts';

export interface CanaryDeps {
  /** The queue of canary mails; every message on it is deleted. */
  queue: Pick<Queue, 'receive' | 'delete'>;
  now: () => number;
}

export interface CanaryResult {
  id: MailId;
  /** Milliseconds until the 250. */
  acceptedMs: number;
  /** Milliseconds until its message on the queue. */
  deliveredMs: number;
}

const messageSchema = z.object({ id: z.string() });

/**
 * Delivers a mail to the edge as a mail server would, and waits for its message. Earlier mails that arrived too late
 * for their own run are deleted from the queue as well.
 *
 * @throws PipelineError of the SMTP client, or `canary.missing` when the signal fires first
 */
export async function sendCanary(
  { queue, now }: CanaryDeps,
  { server, recipient }: { server: SmtpServer; recipient: string },
  signal: AbortSignal,
): Promise<CanaryResult> {
  const { envelope, message } = await canaryMail(recipient, 'schedule');
  const started = now();
  const client = await SmtpClient.connect(server);
  const { queueId: id, reply } = await client.send(envelope, message).finally(() => client.quit());
  if (id === null) throw new TransientError('canary.no_id', `the server accepted the mail but named no id: ${reply}`);
  const acceptedMs = now() - started;
  while (!signal.aborted) {
    let found = false;
    for (const { body, receiptHandle } of await queue.receive({ signal })) {
      found ||= idOf(body) === id;
      await queue.delete(receiptHandle);
    }
    if (found) return { id, acceptedMs, deliveredMs: now() - started };
  }
  throw new TransientError(
    'canary.missing',
    `${id} was accepted after ${acceptedMs} ms and did not arrive on the queue`,
  );
}

function idOf(body: string): string | null {
  try {
    return messageSchema.safeParse(JSON.parse(body)).data?.id ?? null;
  } catch {
    return null;
  }
}
