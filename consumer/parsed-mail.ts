import { PermanentError } from '../core/mail/errors.ts';
import { type ParsedMail, parsedMailSchema } from '../core/mail/parsed-mail.ts';

/**
 * Returns the value itself, because a copy would lack fields added later in v1.
 *
 * @throws PermanentError `message.invalid` naming the field
 */
export function checked(value: unknown): ParsedMail {
  if (isParsedMail(value)) return value;
  const issue = parsedMailSchema.safeParse(value).error?.issues[0];
  throw new PermanentError(
    'message.invalid',
    `not a parsed mail: ${issue?.path.join('.') || 'value'}: ${issue?.message}`,
  );
}

function isParsedMail(value: unknown): value is ParsedMail {
  return parsedMailSchema.safeParse(value).success;
}
