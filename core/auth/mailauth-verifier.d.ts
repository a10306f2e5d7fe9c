/** The parts of mailauth beneath `dkimVerify`, which have no types of their own. */
declare module 'mailauth/lib/dkim/dkim-verifier.js' {
  import type { ARCSigningData, DNSResolver } from 'mailauth';

  interface BodyHasher {
    canonicalizedLength: number;
    bodyHashedBytes: number;
    digest(encoding: 'base64'): string;
    getMimeStructureStart(): number;
  }

  interface HeaderRow {
    key: string;
    casedKey: string;
    line: Buffer;
  }

  interface SignatureField {
    type: 'DKIM' | 'ARC' | 'AS';
    original: Buffer;
    parsed?: Record<string, unknown>;
    /** Set for an unknown algorithm, or without domain or selector: the signature has no result. */
    skip?: boolean;
  }

  export class DkimVerifier {
    constructor(options: { resolver: DNSResolver; minBitLength: number });
    /** By canonicalization, algorithm and length, `relaxed:sha256:`. */
    readonly bodyHashes: Map<string, BodyHasher>;
    readonly arc: ARCSigningData;
    readonly results: unknown[];
    /** In the order of their results. */
    readonly signatureHeaders: SignatureField[];
    /** Set by `messageHeaders`; `finalChunk` takes the signed fields from it. */
    headers: { parsed: HeaderRow[] };
    messageHeaders(headers: { parsed: HeaderRow[] }): Promise<void>;
    finalChunk(): Promise<void>;
  }
}

declare module 'mailauth/lib/dkim/body/index.js' {
  export function dkimBody(
    form: string,
    algorithm: string,
    limit: number | false,
  ): { update(bytes: Buffer): void; digest(encoding: 'base64'): string };
}
