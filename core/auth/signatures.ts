import type { Readable } from 'node:stream';
import type { DNSResolver } from 'mailauth';
import { arc } from 'mailauth/lib/arc/index.js';
import { DkimVerifier } from 'mailauth/lib/dkim/dkim-verifier.js';
import * as z from 'zod/mini';
import { MIME_LIMITS } from '../mail/limits.ts';
import type { AuthResult } from '../mail/parsed-mail.ts';
import { BodyHash, CanonicalBody } from './body-hash.ts';
import { coverageOf } from './coverage.ts';
import { isAnswer } from './dns-resolver.ts';
import { tagsFault } from './signature-tags.ts';
import { type HeaderRow, headerRows, splitMessage } from './signed-message.ts';
import { type DkimVerdict, isName, signatureVerdict, verdictOf } from './verdict.ts';

/** RSA keys below 1,024 bits do not count (RFC 8301 section 3.2). */
const MIN_KEY_BITS = 1024;

export interface Signatures {
  dkim: Omit<DkimVerdict, 'aligned'>[];
  arc: AuthResult['arc'];
}

/**
 * mailauth's result for one signature, half of which its own types lack. An unsigned mail gets one without a domain.
 */
const signatureSchema = z.object({
  signingDomain: z.optional(z.string()),
  selector: z.optional(z.string()),
  algo: z.optional(z.string()),
  /** The `c=` tag. */
  format: z.optional(z.string()),
  signingHeaders: z.optional(z.object({ keys: z.string() })),
  status: z.object({ result: z.string(), comment: z.optional(z.string()), underSized: z.optional(z.number()) }),
});

const UNSIGNED: Signatures = { dkim: [], arc: { result: 'none', instances: 0, domain: null } };

/**
 * DKIM (RFC 6376) and ARC (RFC 8617) of a mail.
 *
 * @param message null for a mail without a signature
 * @param fields names of its header fields, as in the document
 */
export async function checkSignatures(
  message: Readable | null,
  fields: readonly string[],
  resolver: DNSResolver,
): Promise<Signatures> {
  if (message === null) return UNSIGNED;
  const { header, body } = await splitMessage(message, MIME_LIMITS.headerBytes);
  if (header === null) {
    for await (const _ of body);
    return UNSIGNED;
  }
  const parsed = headerRows(header);
  const verifier = new DkimVerifier({ resolver, minBitLength: MIN_KEY_BITS });
  // mailauth would also parse From and Return-Path with nodemailer's address parser (super-linear before 9.1.0:
  // GHSA-2x7j-588g-ccc2), and Content-Type with libmime. It needs only their bytes, and only to verify.
  await verifier.messageHeaders({ parsed: parsed.filter(({ key }) => isSignatureField(key)) });
  verifier.headers = { parsed };
  await hashBody(verifier, body);
  await verifier.finalChunk();
  const doubt = readsAlike(header, parsed, fields) ? null : 'the header has two possible readings';
  const signed = verifier.signatureHeaders.filter(({ type, skip }) => type === 'DKIM' && !skip);
  const results = z.array(signatureSchema).parse(verifier.results);
  return {
    dkim: signed.flatMap(({ original, parsed: tags = {} }, at) => {
      const result = results[at];
      if (result === undefined) return [];
      const { gap, signedFields } = coverage(parsed, result);
      const why = doubt ?? tagsFault(original, tags) ?? gap ?? blanksFault(parsed, result);
      return dkimVerdict(result, why, signedFields);
    }),
    arc: await checkChain(verifier.arc, resolver, (last) => doubt ?? coverage(parsed, last).gap),
  };
}

const isSignatureField = (key: string): boolean => key === 'dkim-signature' || key.startsWith('arc-');

/**
 * Whether verifier and document read the same header. Otherwise a signed mail of somebody else can be attached to a
 * header that ends for one reader and continues for another: at a bare CR, a line that is not a field, a byte order
 * mark.
 */
function readsAlike(header: Buffer, rows: readonly HeaderRow[], fields: readonly string[]): boolean {
  if (/\r(?!\n)/.test(header.toString('latin1'))) return false;
  return rows.length === fields.length && rows.every(({ casedKey }, at) => casedKey === fields[at]);
}

/**
 * Computes the body hashes that the signatures need. mailauth 4.13.3 takes quadratic time for long lines, and gigabytes
 * of memory for 20 MB of empty ones.
 */
async function hashBody({ bodyHashes }: DkimVerifier, body: AsyncIterable<Buffer>): Promise<void> {
  const forms = { simple: new CanonicalBody('simple'), relaxed: new CanonicalBody('relaxed') };
  for (const key of bodyHashes.keys()) {
    const [form, algorithm = '', limit = ''] = key.split(':');
    const hash = new BodyHash(algorithm, limit === '' ? Number.POSITIVE_INFINITY : Number(limit));
    forms[form === 'relaxed' ? form : 'simple'].hashes.push(hash);
    bodyHashes.set(key, hash);
  }
  const needed = Object.values(forms).filter(({ hashes }) => hashes.length > 0);
  for await (const chunk of body) for (const form of needed) form.update(chunk);
  for (const form of needed) form.end();
}

/** @param doubt why the signature does not count */
function dkimVerdict(
  { signingDomain: domain = '', selector = '', algo: algorithm = '', status }: Signature,
  doubt: string | null,
  signedFields: DkimVerdict['signedFields'],
): Signatures['dkim'] {
  if (!isName(domain) || !isName(selector)) return [];
  const verdict = signatureVerdict({ ...status, algorithm, doubt });
  return [{ domain, selector, ...verdict, signedFields: verdict.result === 'pass' ? signedFields : [] }];
}

const namesOf = ({ signingHeaders }: Signature): string[] =>
  signingHeaders === undefined ? [] : signingHeaders.keys.toLowerCase().split(': ');

const coverage = (rows: readonly HeaderRow[], signature: Signature) => coverageOf(rows, namesOf(signature));

/**
 * mailauth 4.13.3 treats vertical tabs, form feeds and no-break spaces as blanks, which its relaxed canonicalization
 * makes equal: a field with one of them may have been signed with another (RFC 6376 section 3.4.2 allows space and tab
 * only).
 */
function blanksFault(rows: readonly HeaderRow[], signature: Signature): string | null {
  if (!/^\s*relaxed/i.test(signature.format ?? '')) return null;
  const names = new Set(namesOf(signature));
  const found = rows.some(({ key, line }) => names.has(key) && /[\v\f\xa0]/.test(line.toString('latin1')));
  return found ? 'a signed field has characters that are treated as blanks' : null;
}

type Signature = z.infer<typeof signatureSchema>;
type Sets = DkimVerifier['arc'];

/**
 * mailauth reports a chain as broken when its keys could not be looked up, which is only temporary.
 *
 * @param gapOf why the last message signature does not cover what is shown
 */
async function checkChain(
  sets: Sets,
  resolver: DNSResolver,
  gapOf: (last: Signature) => string | null,
): Promise<AuthResult['arc']> {
  let unanswered = sets?.lastEntry?.messageSignature?.status.result === 'temperror';
  const noting: DNSResolver = (name, type) =>
    resolver(name, type).catch((error: unknown) => {
      unanswered ||= !isAnswer(error);
      throw error;
    });
  const chain = await arc({ ...sets, chain: sets?.chain || [] }, { resolver: noting, minBitLength: MIN_KEY_BITS });
  const result = verdictOf(chain.status.result);
  const last = signatureSchema.safeParse(sets?.lastEntry?.messageSignature);
  const covers = last.success && gapOf(last.data) === null && !last.data.status.underSized;
  const whole = result === 'pass' && !covers ? 'permerror' : result;
  return {
    result: whole === 'fail' && unanswered ? 'temperror' : whole,
    instances: chain.i || 0,
    // From the seal, which covers all sets: the message signature beside it can be copied from somebody else's mail.
    domain: sealerOf(sets),
  };
}

function sealerOf(sets: Sets): string | null {
  const domain = sets?.lastEntry?.['arc-seal']?.parsed?.['d']?.value;
  return typeof domain === 'string' && isName(domain) ? domain : null;
}
