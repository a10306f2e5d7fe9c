import { unchecked } from '../../../core/auth/verdict.ts';
import { errorText, TransientError } from '../../../core/mail/errors.ts';
import type { AuthResult, MailContent, Step } from '../../../core/mail/parsed-mail.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { RawMail } from '../raw-mail.ts';
import { AuthenticationStopped, type AuthRequest } from './authentication.ts';

/** Checks one mail in a thread of its own. @throws AuthenticationStopped */
export type CheckAuthentication = (request: AuthRequest) => Promise<AuthResult>;

export interface AuthDeps {
  store: ObjectStore;
  checkAuthentication: CheckAuthentication;
  now: () => number;
}

/** Fields that a signature stands in (RFC 6376 section 3.5, RFC 8617 section 4.1). */
const SIGNATURES = /^(dkim-signature|arc-seal)$/i;

/** The verdicts on a mail's sender, and the entry in its ledger. No result is a result: `temperror`, and why. */
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
  const message = content.headers.some(({ name }) => SIGNATURES.test(name))
    ? await openData(deps.store, raw, budget.signal)
    : null;
  try {
    const auth = await deps.checkAuthentication({
      message,
      client: raw.envelope,
      from: content.from.map(({ address }) => address),
      deadlineMs: budget.authDeadlineMs,
      signal: budget.signal,
    });
    return { auth, step: step('ok', null) };
  } catch (error) {
    if (!(error instanceof AuthenticationStopped)) throw error;
    return { auth: unchecked(error.message), step: step(error.late ? 'timed-out' : 'failed', errorText(error)) };
  } finally {
    message?.destroy();
  }
}

/** The bytes of DATA once more: signatures cover them, and only a look at the headers told that there are any. */
async function openData(store: ObjectStore, raw: RawMail, signal: AbortSignal) {
  const range = { start: raw.traceBytes, end: raw.size - 1 };
  const stored = await store.get({ bucket: raw.bucket, key: raw.key }, { range, signal });
  if (stored === null) throw new TransientError('raw.missing', `there is no object ${raw.bucket}/${raw.key}`);
  return stored.body;
}
