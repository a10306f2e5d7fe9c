import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { kindOf } from '../../core/mail/kind.ts';
import type { ParsedMail } from '../../core/mail/parsed-mail.ts';
import type { Bounce } from '../../core/mail/report-schemas.ts';
import { StreamingMimeReader } from '../../core/mime/reader.ts';
import { readMail } from '../unit/mime/read-mail.ts';

/** Real bounces outside the repository, with what sisimai reads in them. A plain clone does not have them. */
export const BOUNCES = resolve(import.meta.dirname, '../../../shared/cases/bounces');
export const HAS_BOUNCES = existsSync(join(BOUNCES, 'expected.ndjson'));

const expectedCase = z.object({
  file: z.string(),
  recipients: z.array(
    z.object({
      address: z.string(),
      status: z.nullable(z.string()),
      reason: z.string(),
      replyCode: z.nullable(z.string()),
      diagnostic: z.nullable(z.string()),
      action: z.nullable(z.string()),
      feedbackType: z.nullable(z.string()),
    }),
  ),
});
export type ExpectedCase = z.infer<typeof expectedCase>;

export function bounceCases(): ExpectedCase[] {
  return readFileSync(join(BOUNCES, 'expected.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => expectedCase.parse(JSON.parse(line)));
}

/** The result for one mail. A field is null where sisimai has nothing to compare with. */
export interface Verdict {
  file: string;
  kind: ParsedMail['kind'];
  bounce: Bounce | null;
  kindRight: boolean;
  recipientsRight: boolean | null;
  /** For every recipient. Statuses that sisimai infers and the mail does not contain are not compared. */
  statusRight: boolean | null;
  /** For every recipient. */
  typeRight: boolean | null;
}

export async function judge(expected: ExpectedCase): Promise<Verdict> {
  const bytes = readFileSync(join(BOUNCES, 'mails', expected.file));
  const { content } = await readMail(new StreamingMimeReader(), bytes);
  const kind = kindOf({ ...content, envelope: { mailFrom: '' } });
  const [first] = expected.recipients;
  const wanted = first?.reason === 'feedback' || first?.reason === 'delivered' ? 'report' : 'bounce';
  const { bounce } = content;
  const verdict = { file: expected.file, kind, bounce };
  const kindRight = kind === wanted || (first?.reason === 'vacation' && kind === 'auto-reply');
  const nothing = { recipientsRight: null, statusRight: null, typeRight: null };
  if (wanted !== 'bounce' || expected.recipients.length === 0 || first?.reason === 'vacation') {
    return { ...verdict, kindRight: expected.recipients.length === 0 || kindRight, ...nothing };
  }
  const sorted = (addresses: readonly string[]) =>
    [...new Set(addresses.map((one) => one.toLowerCase()))].sort().join();
  const recipients = bounce?.recipients ?? [];
  const recipientsRight =
    sorted(recipients.map(({ recipient }) => recipient)) === sorted(expected.recipients.map(({ address }) => address));
  const text = bytes.toString('latin1');
  const asked = expected.recipients.flatMap(({ address, status }) => {
    const own = recipients.find(({ recipient }) => recipient.toLowerCase() === address.toLowerCase());
    return status === null ? [] : [{ status, own: own ?? recipients[0] }];
  });
  const stated = asked.filter(({ status }) => text.includes(status));
  return {
    ...verdict,
    kindRight,
    recipientsRight,
    statusRight: stated.length === 0 ? null : stated.every(({ status, own }) => own?.status === status),
    typeRight:
      asked.length === 0
        ? null
        : asked.every(({ status, own }) => own?.type === (status.startsWith('5') ? 'permanent' : 'transient')),
  };
}
