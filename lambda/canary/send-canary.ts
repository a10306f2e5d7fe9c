import * as z from 'zod/mini';
import { TransientError } from '../../core/mail/errors.ts';
import type { MailId } from '../../core/mail/id.ts';
import type { Queue } from '../../core/ports/queue.ts';
import { canaryMail } from '../../core/smtp/canary-mail.ts';
import { SmtpClient, type SmtpServer } from '../../core/smtp/smtp-client.ts';

export interface CanaryDeps {
  /** Of canary mails alone: whatever comes out of it is deleted. */
  queue: Pick<Queue, 'receive' | 'delete'>;
  now: () => number;
}

export interface CanaryResult {
  id: MailId;
  /** Milliseconds to the 250. */
  acceptedMs: number;
  /** Milliseconds to its message on the queue. */
  deliveredMs: number;
}

const messageSchema = z.object({ id: z.string() });

/**
 * Delivers a mail to the edge as a mail server would and waits for its message. Earlier ones that came too late for their run
 * are taken off the queue with it.
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
  if (id === null) throw new TransientError('canary.no_id', `the server took the mail and named no id: ${reply}`);
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
    `${id} was accepted after ${acceptedMs} ms and did not come out of the queue`,
  );
}

function idOf(body: string): string | null {
  try {
    return messageSchema.safeParse(JSON.parse(body)).data?.id ?? null;
  } catch {
    return null;
  }
}
