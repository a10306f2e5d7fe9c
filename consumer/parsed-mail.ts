import { PermanentError } from '../core/mail/errors.ts';
import { type ParsedMail, parsedMailSchema } from '../core/mail/parsed-mail.ts';

/** The value itself, not a copy without what a later v1 adds. @throws PermanentError `message.invalid` naming the field */
export function checked(value: unknown): ParsedMail {
  if (isParsedMail(value)) return value;
  const issue = parsedMailSchema.safeParse(value).error?.issues[0];
  throw new PermanentError('message.invalid', `no parsed mail: ${issue?.path.join('.') || 'value'}: ${issue?.message}`);
}

function isParsedMail(value: unknown): value is ParsedMail {
  return parsedMailSchema.safeParse(value).success;
}
