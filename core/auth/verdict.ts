import * as z from 'zod/mini';
import { type AuthResult, authSchema } from '../mail/parsed-mail.ts';

export type Verdict = AuthResult['spf']['result'];
export type DkimVerdict = AuthResult['dkim'][number];

const verdictSchema = authSchema.shape.spf.shape.result;
const policySchema = authSchema.shape.dmarc.shape.policy;

/** A result word of mailauth as one of RFC 8601 section 2.7; an unknown one is no verdict. */
export function verdictOf(word: string | undefined): Verdict {
  const known = verdictSchema.safeParse(word === 'temperr' ? 'temperror' : word);
  return known.success ? known.data : 'none';
}

export function policyOf(word: string | undefined): AuthResult['dmarc']['policy'] {
  const known = policySchema.safeParse(word?.trim().toLowerCase());
  return known.success ? known.data : null;
}

/** What mailauth says of one signature, and how far it reaches. */
export interface SignatureStatus {
  result: string;
  comment?: string | undefined;
  /** Bytes of the body that a `l=` tag leaves unsigned. */
  underSized?: number | boolean | undefined;
}

/**
 * mailauth calls everything that is neither pass nor a bad signature "neutral". RFC 6376 section 3.9 knows better: a
 * body that does not match and an expired signature fail, a key that is missing or broken is a permanent error. A
 * signature over a part of the body (`l=`) does not count: anything can be appended to it.
 */
export function signatureVerdict({ result, comment = '', underSized }: SignatureStatus): Verdict {
  const verdict = verdictOf(result);
  if (verdict === 'pass') return underSized ? 'policy' : 'pass';
  if (verdict !== 'neutral') return verdict;
  if (/body hash|expired|invalid expiration/.test(comment)) return 'fail';
  if (/key/.test(comment)) return 'permerror';
  return 'neutral';
}

/** Every check gone wrong in a way that another time may not: no answer from DNS, no time, no memory. */
export function unchecked(detail: string): AuthResult {
  return {
    spf: { result: 'temperror', domain: null, detail },
    dkim: [],
    dmarc: { result: 'temperror', domain: null, policy: null, alignment: { spf: false, dkim: false } },
    arc: { result: 'temperror', instances: 0, domain: null },
    senderVerified: false,
  };
}

/** Who delivered a mail, as SMTP knew; the part of an envelope that authentication needs. */
export const clientSchema = z.object({ remoteAddress: z.string(), helo: z.string(), mailFrom: z.string() });
export type SmtpClient = z.infer<typeof clientSchema>;
