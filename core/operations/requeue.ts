import { encodeS3Event } from '../aws/s3-event.ts';
import type { ParsedMail } from '../mail/parsed-mail.ts';
import type { Queue } from '../ports/queue.ts';

/** A mail to parse again. */
export interface Requeued {
  id: string;
  raw: { bucket: string; key: string; versionId: string | null };
  revision: number;
  /** Clears what would prevent the parse, before the event is sent. */
  before?: () => Promise<void>;
  /** Called with whether the queue accepted the event, even when the request failed. */
  after?: (accepted: boolean) => Promise<void>;
}

/** The next revision of a parsed mail, which is then published once more. */
export const replayOf = ({ id, raw, revision }: ParsedMail): Requeued => ({ id, raw, revision: revision + 1 });

/**
 * Sends the events of raw mails to the raw queue again; their bytes are never touched.
 *
 * @returns a reason for each of `mails` that the queue refused
 * @throws the error of the queue, after `after` has run for every mail with false
 */
export async function sendAgain(mails: readonly Requeued[], rawQueue: Pick<Queue, 'sendAll'>): Promise<string[]> {
  for (const { before } of mails) await before?.();
  const events = mails.map(({ raw, revision }) => ({ body: encodeS3Event({ ...raw, revision }) }));
  const settle = async (accepted: (at: number) => boolean) => {
    for (const [at, { after }] of mails.entries()) await after?.(accepted(at));
  };
  const refused = await rawQueue.sendAll(events).catch(async (error: unknown) => {
    await settle(() => false);
    throw error;
  });
  await settle((at) => !refused.some(({ message }) => message === events[at]));
  return refused.map(({ reason }) => reason);
}
