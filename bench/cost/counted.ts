import type { PipelineConfigInput } from '../../core/config/schema.ts';
import type { Standing } from './template.ts';

/** Requests of one mail, or of one pass of the reconciler. */
export interface Requests {
  /** PUT, COPY, POST and LIST. */
  s3Writes: number;
  /** GET and HEAD. */
  s3Reads: number;
  sqs: number;
}

/** Work of the pipeline for a mail of 5 KB. */
export interface CountedMail {
  edge: Requests;
  parser: Requests;
  /** CPU of the parser, milliseconds. */
  parserCpuMs: number;
  /** Content of stored objects. */
  storedBytes: number;
  /** Log output of the programs. */
  logBytes: number;
  logLines: number;
  /** Bytes the edge sends to its client, TLS handshake included. */
  sentBytes: number;
  /** Bytes of the mail, TLS and replies in both directions. */
  balancerBytes: number;
}

/** Passes of the reconciler in a month of a million mails, and the pages of 1,000 keys that they list. */
export interface Listings {
  passes: number;
  pages: number;
}

export const PROFILES = ['standard', 'frugal'] as const satisfies readonly PipelineConfigInput['profile'][];
export type Profile = (typeof PROFILES)[number];

export type Recorded = { date: string; listings: Listings } & Readonly<Record<Profile, Counted>>;

export interface Counted {
  standing: Standing;
  mail: CountedMail;
  /** Custom metrics that were sent. */
  metrics: readonly string[];
}
