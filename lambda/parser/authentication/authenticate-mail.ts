import { noVerdicts } from '../../../core/auth/verdict.ts';
import { authorOf } from '../../../core/mail/author.ts';
import { errorText, TransientError } from '../../../core/mail/errors.ts';
import { AUTH_LIMITS } from '../../../core/mail/limits.ts';
import type { AuthResult, MailContent, Step } from '../../../core/mail/parsed-mail.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import { type RawMail, readAgain } from '../../../core/reading/raw-data.ts';
import { AuthenticationStopped, type AuthRequest } from './supervised-checks.ts';

/** Checks one mail in a thread. @throws AuthenticationStopped */
export type CheckAuthentication = (request: AuthRequest) => Promise<AuthResult>;

export interface AuthDeps {
  store: ObjectStore;
  checkAuthentication: CheckAuthentication;
  now: () => number;
}

/** The verdicts on a mail's sender, and the entry in its ledger. A missing result is `temperror`, with the reason. */
export async function authenticateMail(
  deps: AuthDeps,
  raw: RawMail,
  content: MailContent,
  budget: { authDeadlineMs: number; signal: AbortSignal },
): Promise<{ auth: AuthResult; step: Step }> {
  const started = deps.now();
  const step = (status: Step['status'], reason: string | null): Step => ({
    name: 'authentication',
    partId: null,
    status,
    provider: 'mailauth',
    ms: deps.now() - started,
    reason,
    costUsd: 0,
  });
  const unchecked = whyUnchecked(content);
  const signed = isSigned(content) && unchecked === null;
  try {
    const auth = await deps.checkAuthentication({
      open: signed ? () => openData(deps.store, raw, budget.signal) : null,
      client: raw.envelope,
      author: authorOf(content),
      fields: content.headers.map(({ name }) => name),
      deadlineMs: budget.authDeadlineMs,
      signal: budget.signal,
    });
    return { auth, step: unchecked === null ? step('ok', null) : step('skipped', unchecked) };
  } catch (error) {
    if (!(error instanceof AuthenticationStopped)) throw error;
    return { auth: noVerdicts(error.message), step: step(error.late ? 'timed-out' : 'failed', errorText(error)) };
  }
}

const fieldsOf = ({ headers }: MailContent, key: string) => headers.filter(({ name }) => name.toLowerCase() === key);

/** Whether there is a field that contains a signature (RFC 6376 section 3.5, RFC 8617 section 4.1). */
const isSigned = (content: MailContent) =>
  fieldsOf(content, 'dkim-signature').length > 0 || fieldsOf(content, 'arc-seal').length > 0;

/** The document shows only a part of a header that exceeds the limits, which is not given to a verifier. */
function whyUnchecked(content: MailContent): string | null {
  if (content.defects.some(({ code, partId }) => partId === null && /^header\.too_(long|many)$/.test(code))) {
    return 'signatures are not checked: the header exceeds its limit';
  }
  const signatures = content.headers.filter(({ name }) => /^(dkim-signature|arc-.*)$/i.test(name));
  if (signatures.some(({ value }) => value.length > AUTH_LIMITS.signatureLength)) {
    return `signatures are not checked: one has more than ${AUTH_LIMITS.signatureLength} characters`;
  }
  return fieldsOf(content, 'dkim-signature').length > AUTH_LIMITS.signatures
    ? `signatures are not checked: there are more than ${AUTH_LIMITS.signatures}`
    : null;
}

/** Signatures cover the bytes of DATA, and only the parsed headers tell whether there are any. */
async function openData(store: ObjectStore, raw: RawMail, signal: AbortSignal) {
  const data = await readAgain(store, raw, signal);
  if (data === null) throw new TransientError('raw.missing', `there is no object ${raw.bucket}/${raw.key}`);
  return data;
}
