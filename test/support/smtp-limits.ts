import { forEachSmtpLimit, type SmtpLimits } from '../../core/mail/smtp-limits.ts';

/** The defaults with some of them changed. */
export function smtpLimits(changed: Partial<SmtpLimits> = {}): SmtpLimits {
  return forEachSmtpLimit((limit, name) => changed[name] ?? limit.default);
}
