import * as z from 'zod/mini';
import { isMailId, type MailId } from '../../../core/mail/id.ts';
import { jsonOf } from '../../../core/mail/json.ts';

/** A destination confirmed a mail. */
export interface SentMessage {
  id: MailId;
  /** `parsed-mail`, `parsed-mail-<route>` */
  destination: string;
  revision: number;
  at: Date;
}

const bodySchema = z.object({ id: z.string().check(z.refine(isMailId)), revision: z.int() });

/** Null if the body is not a mail, or is a claim check, which does not name the revision. */
export function sentMessage(destination: string, body: string, at: Date): SentMessage | null {
  const { data } = bodySchema.safeParse(jsonOf(body));
  return data === undefined ? null : { destination, at, ...data };
}
