import type { ParsedMail } from '../core/mail/parsed-mail.ts';
import { UsageError } from '../core/terminal/arguments.ts';

export type Where = (mail: ParsedMail) => boolean;

/** The fields a condition can name, and the values of a mail for each. */
const FIELDS: Readonly<Record<string, (mail: ParsedMail) => (string | null)[]>> = {
  kind: (mail) => [mail.kind],
  defect: (mail) => mail.defects.map(({ code }) => code),
  parser: (mail) => [mail.parser.version],
  from: (mail) => [mail.envelope?.mailFrom ?? null, ...mail.from.map(({ address }) => address)],
  to: (mail) => mail.envelope?.rcptTo ?? mail.to.map(({ address }) => address),
  subject: (mail) => [mail.subject],
  route: (mail) => [mail.route],
  type: (mail) => mail.attachments.flatMap(({ contentType, detectedType }) => [contentType, detectedType]),
};

export const whereOption = {
  where: {
    type: 'string',
    value: 'FIELD=TEXT',
    multiple: true,
    about: `only mails that match; != negates, * matches any text; repeated conditions must all hold. Fields: ${Object.keys(FIELDS).join(', ')}`,
  },
} as const;

/** Combines all conditions with "and". @throws UsageError naming the one that cannot be parsed */
export function where(conditions: readonly string[]): Where {
  const parsed = conditions.map(condition);
  return (mail) => parsed.every((holds) => holds(mail));
}

function condition(text: string): Where {
  const [, name = '', operator, wanted = ''] = /^([a-z]+)(!?=)(.*)$/s.exec(text) ?? [];
  const texts = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
  if (texts === undefined) {
    throw new UsageError(
      `--where "${text}": write FIELD=TEXT or FIELD!=TEXT, FIELD one of ${Object.keys(FIELDS).join(', ')}`,
    );
  }
  const pattern = new RegExp(`^${wanted.split('*').map(escaped).join('.*')}$`, 'is');
  return (mail) => texts(mail).some((value) => value !== null && pattern.test(value)) === (operator === '=');
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&');
