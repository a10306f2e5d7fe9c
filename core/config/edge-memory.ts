import { SMTP_LIMITS } from '../mail/smtp-limits.ts';
import type { PipelineConfig } from './schema.ts';

const KB = 1024;
const MB = 1024 * KB;

/** Memory of an edge without sessions, including its code and uncollected garbage, bytes. */
const PROCESS_BYTES = 192 * MB;

/** Maximum memory of one session without its mail and recipients, bytes. OpenSSL takes about half of it. */
const SESSION_BYTES = 128 * KB;

/** One recipient with the longest possible path, as text and in the envelope, bytes. */
const RECIPIENT_BYTES = 620;

/** A mail is in memory twice: as received, and encrypted for the request to a slow store. */
const COPIES_OF_A_MAIL = 2;

/**
 * Node's heap option for a task of this size. By default Node takes half of the memory that the machine reports, and it
 * collects garbage only as the heap nears its limit.
 */
export const heapOption = (memoryMb: number): string => `--max-old-space-size=${Math.floor(memoryMb / 2)}`;

/** Worst-case memory of the sessions of one task, in bytes, measured on Node 24 (docs/limits.md). */
export function edgeMemory({ limits }: PipelineConfig['smtp']) {
  const { maxConnections, inFlightBytes, recipientsPerMail, commandLineBytes } = limits;
  const session = SESSION_BYTES + recipientsPerMail * RECIPIENT_BYTES + commandLineBytes;
  const sessions = maxConnections * session;
  const mails = COPIES_OF_A_MAIL * inFlightBytes;
  return { session, sessions, mails, total: PROCESS_BYTES + sessions + mails };
}

/**
 * Null when the memory of a task covers what its limits admit; otherwise the calculation and the remedies. Local mode has
 * the memory of its machine.
 */
export function memoryFault({ ingress, fargate, smtp }: PipelineConfig): string | null {
  const { session, sessions, mails, total } = edgeMemory(smtp);
  const memory = fargate.memoryMb * MB;
  if (ingress === 'ses' || total <= memory) return null;
  const { maxConnections, inFlightBytes } = smtp.limits;
  const fewerSessions = Math.floor((memory - PROCESS_BYTES - mails) / session);
  const fewerBytes = Math.floor((memory - PROCESS_BYTES - sessions) / COPIES_OF_A_MAIL);
  const remedies = [
    ...(fewerSessions > 0 ? [`smtp.limits.maxConnections ${fewerSessions} or less`] : []),
    ...(fewerBytes >= SMTP_LIMITS.inFlightBytes.min ? [`smtp.limits.inFlightBytes ${fewerBytes} or less`] : []),
    `fargate.memoryMb ${Math.ceil(total / MB)} or more`,
  ];
  return (
    `fargate.memoryMb is ${fargate.memoryMb}: the limits of a task admit ${mb(total)}, which are ${mb(PROCESS_BYTES)} for the ` +
    `process, ${maxConnections} sessions (smtp.limits.maxConnections) of ${Math.ceil(session / KB)} KB, and ` +
    `${COPIES_OF_A_MAIL} times ${mb(inFlightBytes)} of mails (smtp.limits.inFlightBytes): write ${remedies.join(', or ')}`
  );
}

const mb = (bytes: number): string => `${Math.ceil(bytes / MB)} MB`;
