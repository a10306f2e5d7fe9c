import { Readable } from 'node:stream';
import type { DNSResolver } from 'mailauth';
import { arc } from 'mailauth/lib/arc/index.js';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import * as z from 'zod/mini';
import type { AuthResult } from '../mail/parsed-mail.ts';
import { isAnswer } from './dns-resolver.ts';
import { withFewLines } from './few-lines.ts';
import { type DkimVerdict, signatureVerdict, verdictOf } from './verdict.ts';

/** RSA keys below 1,024 bits do not count (RFC 8301 section 3.2). */
const MIN_KEY_BITS = 1024;

export interface Signatures {
  dkim: Omit<DkimVerdict, 'aligned'>[];
  arc: AuthResult['arc'];
}

/** What mailauth says of one signature; its own types lack half of it. An unsigned mail gets one without a domain. */
const signatureSchema = z.object({
  signingDomain: z.optional(z.string()),
  selector: z.optional(z.string()),
  algo: z.optional(z.string()),
  signingHeaders: z.optional(z.object({ keys: z.string() })),
  status: z.object({ result: z.string(), comment: z.optional(z.string()), underSized: z.optional(z.number()) }),
});

/**
 * DKIM (RFC 6376) and ARC (RFC 8617) of a mail; null for one without a signature.
 *
 * @throws Error when its header has too many lines
 */
export async function checkSignatures(message: Readable | null, resolver: DNSResolver): Promise<Signatures> {
  if (message === null) return { dkim: [], arc: { result: 'none', instances: 0, domain: null } };
  const source = Readable.from(withFewLines(message), { objectMode: false });
  const checked = await dkimVerify(source, { resolver, minBitLength: MIN_KEY_BITS });
  const authors = checked.headers?.parsed.filter(({ key }) => key === 'from').length ?? 0;
  return {
    dkim: z
      .array(signatureSchema)
      .parse(checked.results)
      .flatMap((signature) => dkimVerdict(signature, authors)),
    arc: await checkChain(checked.arc, resolver),
  };
}

/** @param authors number of From fields */
function dkimVerdict(signature: Signature, authors: number): Signatures['dkim'] {
  const { signingDomain: domain, selector = '', algo: algorithm = '', signingHeaders, status } = signature;
  if (!domain) return [];
  const signed =
    signingHeaders?.keys
      .toLowerCase()
      .split(': ')
      .filter((name) => name === 'from') ?? [];
  const signsFrom = signed.length === Math.max(1, authors);
  return [{ domain, selector, ...signatureVerdict({ ...status, algorithm, signsFrom }) }];
}

type Signature = z.infer<typeof signatureSchema>;
type Sets = Awaited<ReturnType<typeof dkimVerify>>['arc'];

/** mailauth calls a chain whose keys could not be asked for broken: that is temporary. */
async function checkChain(sets: Sets, resolver: DNSResolver): Promise<AuthResult['arc']> {
  let unanswered = sets?.lastEntry?.messageSignature?.status.result === 'temperror';
  const noting: DNSResolver = (name, type) =>
    resolver(name, type).catch((error: unknown) => {
      unanswered ||= !isAnswer(error);
      throw error;
    });
  const chain = await arc({ ...sets, chain: sets?.chain || [] }, { resolver: noting, minBitLength: MIN_KEY_BITS });
  const result = verdictOf(chain.status.result);
  return {
    result: result === 'fail' && unanswered ? 'temperror' : result,
    instances: chain.i || 0,
    // Of the seal, which covers all sets: the message signature beside it can be taken from a mail of somebody else.
    domain: sealerOf(sets),
  };
}

function sealerOf(sets: Sets): string | null {
  const domain = sets?.lastEntry?.['arc-seal']?.parsed?.['d']?.value;
  return domain === undefined ? null : String(domain);
}
