import * as z from 'zod/mini';
import { authSchema } from '../mail/auth-schema.ts';
import type { AuthResult } from '../mail/parsed-mail.ts';

export type Verdict = AuthResult['spf']['result'];
export type DkimVerdict = AuthResult['dkim'][number];

const verdictSchema = authSchema.shape.spf.shape.result;
const policySchema = authSchema.shape.dmarc.shape.policy;

/** Characters of a name in DNS, at most (RFC 1035 section 2.3.4). No verdict is about a longer one. */
const NAME_LENGTH = 253;

export const isName = (text: string): boolean => text !== '' && text.length <= NAME_LENGTH;

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
  underSized?: number | undefined;
  /** The `a=` tag. */
  algorithm: string;
  /** Why it does not count although it verifies. */
  doubt: string | null;
}

/**
 * mailauth calls everything that is neither pass nor a bad signature "neutral". RFC 6376 section 3.9 knows better: a
 * body that does not match and an expired signature fail, a key that is missing or broken is a permanent error. What
 * mailauth lets pass and does not count: a signature with SHA-1 (RFC 8301 section 3.1), over a part of the body (`l=`:
 * anything can be appended to it), and what there is another doubt about.
 */
export function signatureVerdict(status: SignatureStatus): Pick<DkimVerdict, 'result' | 'detail'> {
  const { result: word, comment, underSized, algorithm, doubt } = status;
  const result = verdictOf(word);
  const detail = comment ?? null;
  if (result === 'policy') return { result, detail: 'the key is too short' };
  if (result === 'pass') {
    if (doubt !== null) return { result: 'permerror', detail: doubt };
    if (/-sha1$/i.test(algorithm)) return { result: 'permerror', detail: 'SHA-1 does not count' };
    if (underSized) return { result: 'policy', detail: `${underSized} bytes of the body are not signed` };
  }
  if (result !== 'neutral') return { result, detail };
  if (/body hash|expired|invalid expiration/.test(comment ?? '')) return { result: 'fail', detail };
  return { result: /key/.test(comment ?? '') ? 'permerror' : 'neutral', detail };
}

/** Every check gone wrong in a way that another time may not: no answer from DNS, no time, no memory. */
export function noVerdicts(detail: string): AuthResult {
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
