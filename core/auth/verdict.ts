import * as z from 'zod/mini';
import { authSchema } from '../mail/auth-schema.ts';
import type { AuthResult } from '../mail/parsed-mail.ts';

export type Verdict = AuthResult['spf']['result'];
export type DkimVerdict = AuthResult['dkim'][number];

const verdictSchema = authSchema.shape.spf.shape.result;
const policySchema = authSchema.shape.dmarc.shape.policy;

/** Maximum characters of a DNS name (RFC 1035 section 2.3.4). No verdict is about a longer one. */
const NAME_LENGTH = 253;

export const isName = (text: string): boolean => text !== '' && text.length <= NAME_LENGTH;

/** Maps a result word of mailauth to one of RFC 8601 section 2.7; an unknown word is no verdict. */
export function verdictOf(word: string | undefined): Verdict {
  const known = verdictSchema.safeParse(word === 'temperr' ? 'temperror' : word);
  return known.success ? known.data : 'none';
}

export function policyOf(word: string | undefined): AuthResult['dmarc']['policy'] {
  const known = policySchema.safeParse(word?.trim().toLowerCase());
  return known.success ? known.data : null;
}

/** mailauth's result for one signature, and how much it covers. */
export interface SignatureStatus {
  result: string;
  comment?: string | undefined;
  /** Bytes of the body that an `l=` tag leaves unsigned. */
  underSized?: number | undefined;
  /** The `a=` tag. */
  algorithm: string;
  /** Why the signature does not count although it verifies; null when it does. */
  doubt: string | null;
}

/**
 * mailauth calls everything "neutral" that is neither pass nor a bad signature. RFC 6376 section 3.9 is more precise: a
 * body that does not match and an expired signature fail; a missing or broken key is a permanent error. Some signatures
 * that mailauth passes do not count: those with SHA-1 (RFC 8301 section 3.1), those over a part of the body (`l=`:
 * anything can be appended), and those with another doubt.
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

/** The verdicts when all checks failed in a way that may be temporary: no answer from DNS, no time, no memory. */
export function noVerdicts(detail: string): AuthResult {
  return {
    spf: { result: 'temperror', domain: null, detail },
    dkim: [],
    dmarc: { result: 'temperror', domain: null, policy: null, alignment: { spf: false, dkim: false } },
    arc: { result: 'temperror', instances: 0, domain: null },
    senderVerified: false,
  };
}

/** The delivering client as SMTP saw it: the part of an envelope that authentication needs. */
export const clientSchema = z.object({ remoteAddress: z.string(), helo: z.string(), mailFrom: z.string() });
export type SmtpClient = z.infer<typeof clientSchema>;
