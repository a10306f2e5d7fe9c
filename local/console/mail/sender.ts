import type { AuthResult, ParsedMail } from '../../../core/mail/parsed-mail.ts';
import type { SenderLevel, SenderStatement } from '../api/api.ts';
import { evidenceOf } from './evidence.ts';

/** Header fields that the page shows, in lower case. */
const SHOWN = ['from', 'sender', 'reply-to', 'to', 'cc', 'subject', 'date'] as const;

type Judged = Pick<ParsedMail, 'auth' | 'ambiguous' | 'headers' | 'envelope' | 'steps' | 'enrichment' | 'defects'>;

/**
 * States in words who sent a mail, with the evidence. Never claims more than the verdicts: `verified` only when a
 * passing, aligned signature covers every displayed field, and nothing is ambiguous.
 */
export function senderStatement(mail: Judged): SenderStatement {
  const unsigned = unsignedFields(mail);
  const level = levelOf(mail, unsigned);
  return { level, sentence: sentence(mail, level, unsigned), unsigned, evidence: evidenceOf(mail) };
}

export const senderLevel = (mail: Judged): SenderLevel => levelOf(mail, unsignedFields(mail));

function levelOf({ auth, ambiguous }: Judged, unsigned: readonly string[]): SenderLevel {
  if (auth === null) return 'unknown';
  if (auth.senderVerified) return unsigned.length === 0 && !ambiguous ? 'verified' : 'partly';
  if (isDenied(auth)) return 'contradicted';
  const results = [auth.spf.result, auth.dmarc.result, ...auth.dkim.map(({ result }) => result)];
  return results.includes('temperror') ? 'unknown' : 'unverified';
}

/** A domain with `p=none` denies nothing: forwarders break its mails as well. */
const isDenied = ({ dmarc }: AuthResult): boolean =>
  dmarc.result === 'fail' && (dmarc.policy === 'quarantine' || dmarc.policy === 'reject');

/** Displayed fields that no valid signature covers; `body` when there is no signature. */
function unsignedFields({ auth, headers }: Judged): string[] {
  const signatures = auth?.dkim.filter(({ result, aligned }) => result === 'pass' && aligned) ?? [];
  const signed = new Set<string>(signatures.flatMap(({ signedFields }) => signedFields));
  const present = new Set(headers.map(({ name }) => name.toLowerCase()));
  const fields: string[] = SHOWN.filter((name) => present.has(name) && !signed.has(name));
  return signatures.length === 0 ? [...fields, 'body'] : fields;
}

function sentence(mail: Judged, level: SenderLevel, unsigned: readonly string[]): string {
  const { auth } = mail;
  if (auth === null) return notChecked(mail);
  const domain = auth.dmarc.domain ?? 'the domain in From';
  switch (level) {
    case 'verified': {
      const policy = auth.dmarc.result === 'pass' ? `, and it passes the DMARC policy of ${domain}` : '';
      return `${domain} signed this mail: sender, subject, date and body are unchanged${policy}.`;
    }
    case 'partly':
      return partly(mail, auth, domain, unsigned);
    case 'contradicted':
      return `This mail claims to be from ${domain}, but fails its checks: neither SPF nor a signature of ${domain} passes, and its policy asks receivers to ${auth.dmarc.policy} such mails.`;
    case 'unknown':
      return `It is unknown whether ${domain} sent this mail: DNS did not answer one of the checks. Replay the mail to check again.`;
    default:
      return unverified(mail, auth, domain);
  }
}

function partly(mail: Judged, auth: AuthResult, domain: string, unsigned: readonly string[]): string {
  const warning = mail.ambiguous
    ? ' Two readings of this mail differ: what you see may not be what was signed or scanned.'
    : '';
  if (unsigned.includes('body')) {
    const server = mail.envelope === null ? 'the server' : `the server ${mail.envelope.remoteAddress}`;
    return `${domain} authorised ${server} that delivered this mail (SPF, ${auth.spf.domain ?? domain}). Nothing in it is signed, so what happened before it reached that server is unknown.${warning}`;
  }
  if (unsigned.length === 0) return `${domain} signed this mail.${warning}`;
  return `${domain} signed this mail, but not its ${list(unsigned)}: anyone along the way could have written or changed that.${warning}`;
}

function unverified({ defects }: Judged, auth: AuthResult, domain: string): string {
  if (auth.dmarc.result === 'permerror' && defects.some(({ code }) => code === 'address.author_unclear')) {
    return 'No sender is verified: mail programs read different authors from the From field.';
  }
  if (auth.dmarc.domain === null)
    return 'No sender is verified: the mail does not name exactly one author with a domain.';
  const others = auth.dkim.filter(({ result, aligned }) => result === 'pass' && !aligned).map((each) => each.domain);
  const signedBy =
    others.length === 0 ? '' : ` It is signed by ${list([...new Set(others)])}, which is another domain.`;
  return `Nothing proves that this mail is from ${domain}.${signedBy}`;
}

function notChecked({ steps }: Judged): string {
  const step = steps.find(({ name }) => name === 'authentication');
  const why = step?.reason ?? (step === undefined ? 'the check is switched off' : step.status);
  return `Who sent this mail was not checked: ${why}.`;
}

function list(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
