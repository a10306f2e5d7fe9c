import { encodeS3Event } from '../aws/s3-event.ts';
import type { ParsedMail } from '../mail/parsed-mail.ts';
import type { Queue } from '../ports/queue.ts';

/** A mail to be parsed again. */
export interface Requeued {
  id: string;
  raw: { bucket: string; key: string; versionId: string | null };
  revision: number;
  /** What has to be out of the way before the event is sent. */
  before?: () => Promise<void>;
  /** Told whether the queue took the event, also when the request failed. */
  after?: (accepted: boolean) => Promise<void>;
}

/** A parsed mail with its next revision: it comes out of the parsed-mail queue once more. */
export const replayOf = ({ id, raw, revision }: ParsedMail): Requeued => ({ id, raw, revision: revision + 1 });

/**
 * Puts the events of raw mails on the raw queue again; their bytes are never touched.
 *
 * @returns a reason for each of `mails` that the queue refused
 * @throws what the queue failed with, after every mail was told that its event was not taken
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
