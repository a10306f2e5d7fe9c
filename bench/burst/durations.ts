import { PUBLISHED } from './published.ts';
import { lognormal, type Random } from './random.ts';

/*
 * Durations of the work. CPU times are measured on the machine of docs/benchmarks.md, assuming that a CPU of AWS is as
 * fast. Request times are assumptions, marked as such.
 */

/** CPU seconds of the edge for a mail of 5 KB with a TLS handshake of its own (`npm run bench -- edge`). */
const EDGE_CPU = 0.0012;

/**
 * CPU seconds of the parser for a text mail of 5 KB: /proc/<pid>/stat of its processes over 2,000 mails in local mode,
 * 19 ms. A mail with attachments takes more.
 */
const PARSER_CPU = 0.019;

/** Seconds to create an environment and load the parser's bundle: bench `bundles`, and AWS's share (assumed). */
const COLD_START = 0.5;

/**
 * One request to S3, SQS or DNS, median seconds and spread. Assumed: AWS says "tens of milliseconds" of small objects.
 */
const REQUEST = { median: 0.025, sigma: 0.5 };

/** Sequential requests of a mail: raw object, DNS, claim, failure record, document, queue. */
const PARSER_REQUESTS = 6;

/** The enricher for one attachment: opened in a process of its own, and a few requests. Assumed. */
const ENRICHER = { median: 0.6, sigma: 0.5 };

/** From the stored object to the message. Assumed: AWS says "typically in seconds", at times a minute. */
const NOTIFICATION = { median: 0.7, sigma: 0.6 };

/** From the end of one invocation to the next of the same poller: delete, receive. Assumed. */
const POLL = 0.02;

/** Seconds per mail in a task with the given CPU units. */
export const edgeSeconds = (cpuUnits: number): number => (EDGE_CPU * 1024) / cpuUnits;

export const putSeconds = (random: Random): number => lognormal(random, REQUEST);
export const notificationSeconds = (random: Random): number => lognormal(random, NOTIFICATION);

/** Seconds of an invocation, depending on batch, memory and cold start. */
export type Invocation = (batch: number, cold: boolean, random: Random) => number;

/** The records of a batch are read concurrently on one share of a CPU. */
export const parserInvocation =
  (memoryMb: number): Invocation =>
  (batch, cold, random) => {
    const share = Math.min(1, memoryMb / PUBLISHED.megabytesPerProcessor.value);
    let waiting = 0;
    for (let record = 0; record < batch; record++) {
      let requests = 0;
      for (let request = 0; request < PARSER_REQUESTS; request++) requests += lognormal(random, REQUEST);
      waiting = Math.max(waiting, requests);
    }
    return POLL + (cold ? COLD_START : 0) + (batch * PARSER_CPU) / share + waiting;
  };

export const enricherInvocation: Invocation = (batch, cold, random) =>
  POLL + (cold ? COLD_START : 0) + batch * lognormal(random, ENRICHER);
