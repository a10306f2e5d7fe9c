import { SMTP_LIMITS } from '../mail/smtp-limits.ts';
import type { PipelineConfig } from './schema.ts';

const KB = 1024;
const MB = 1024 * KB;

/** What an edge without sessions holds, its code and the garbage of ordinary work included. Bytes. */
const PROCESS_BYTES = 192 * MB;

/** The most that one session holds beside its mail, without recipients: OpenSSL's part of it is about half. Bytes. */
const SESSION_BYTES = 128 * KB;

/** A recipient of the longest address that a path can hold, as text and in the envelope. Bytes. */
const RECIPIENT_BYTES = 620;

/** A mail is in memory twice: as it came, and encrypted on its way to a store that is slow. */
const COPIES_OF_A_MAIL = 2;

/**
 * Option of Node for a task of so much memory. Node would take half of what the machine seems to have, and a heap collects
 * its garbage only as it nears its limit.
 */
export const heapOption = (memoryMb: number): string => `--max-old-space-size=${Math.floor(memoryMb / 2)}`;

/** What the worst sessions of one task take together, measured on Node 24 (docs/limits.md). All in bytes. */
export function edgeMemory({ limits }: PipelineConfig['smtp']) {
  const { maxConnections, inFlightBytes, recipientsPerMail, commandLineBytes } = limits;
  const session = SESSION_BYTES + recipientsPerMail * RECIPIENT_BYTES + commandLineBytes;
  const sessions = maxConnections * session;
  const mails = COPIES_OF_A_MAIL * inFlightBytes;
  return { session, sessions, mails, total: PROCESS_BYTES + sessions + mails };
}

/**
 * Null where the memory of a task holds what its limits admit; else the sum, and what to write instead. Local mode has the
 * memory of its machine.
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
