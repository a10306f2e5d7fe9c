import { forEachSmtpLimit, type SmtpLimits } from '../../core/mail/smtp-limits.ts';

/** The default limits, with overrides. */
export function smtpLimits(changed: Partial<SmtpLimits> = {}): SmtpLimits {
  return forEachSmtpLimit((limit, name) => changed[name] ?? limit.default);
}
