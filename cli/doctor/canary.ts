import { posix } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { canaryAddress } from '../../core/mail/canary.ts';
import { errorText } from '../../core/mail/errors.ts';
import { firstMailIdAt, isMailId } from '../../core/mail/id.ts';
import { mailIdOfOutcomeKey, parsedKey } from '../../core/mail/keys.ts';
import type { ParsedMail } from '../../core/mail/parsed-mail.ts';
import { documentOf, readDocument } from '../../core/outcome/documents.ts';
import { readFailures } from '../../core/outcome/failures.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { type CanaryMail, canaryMail } from '../../core/smtp/canary-mail.ts';
import { type Accepted, SmtpClient, type SmtpServer } from '../../core/smtp/smtp-client.ts';
import { failureText } from '../failure-text.ts';
import { type Finding, fail, ok } from './finding.ts';

const CHECK = 'canary mail';
/** Milliseconds between two looks for the document. */
const LOOK_EVERY_MS = 500;

export interface CanaryRun {
  server: SmtpServer;
  domain: string;
  objects: ObjectStore;
  contentBucket: string;
  /** Seconds to wait for the document. */
  waitSeconds: number;
  signal: AbortSignal;
}

/** Delivers a canary mail and waits until its document is stored. Its message stays on the queue, for the consumer. */
export async function* checkCanary(run: CanaryRun): AsyncGenerator<Finding> {
  const to = canaryAddress(run.domain);
  const mail = await canaryMail(to, 'doctor');
  const started = Date.now();
  let accepted: Accepted;
  try {
    accepted = await deliver(run.server, mail);
  } catch (error) {
    yield fail(
      CHECK,
      `the server did not accept a mail to ${to}: ${errorText(error)}`,
      refusalRemedy(to, errorText(error)),
    );
    return;
  }
  const stored = Date.now();
  const taken = `250 after ${seconds(stored - started)}`;
  const outcome = await awaitOutcome(run, mail, accepted, started);
  if (outcome === null) {
    yield fail(
      CHECK,
      `${taken}, but no document within ${run.waitSeconds} s (${accepted.reply})`,
      'look for its id in the logs of the parser (docs/runbook.md, "raw-mail-age"), or wait longer with --wait',
    );
  } else if ('failure' in outcome) {
    yield fail(CHECK, `${taken}, but processing failed: ${outcome.failure}`, 'docs/runbook.md, "failed-mails"');
  } else {
    const { id, messageId } = outcome.document;
    if (messageId !== mail.messageId)
      yield fail(
        CHECK,
        `the document ${id} belongs to another mail (${messageId})`,
        'the edge at this address belongs to another pipeline: correct --smtp or --stage',
      );
    else yield ok(CHECK, `${taken}, document after ${seconds(Date.now() - started)} (${id}, to ${to})`);
  }
}

async function deliver(server: SmtpServer, { envelope, message }: CanaryMail): Promise<Accepted> {
  const client = await SmtpClient.connect(server);
  try {
    return await client.send(envelope, message);
  } finally {
    client.quit();
  }
}

function refusalRemedy(to: string, text: string): string {
  if (/\b5\.1\.[0-9]/.test(text)) return `admit ${to} in smtp.recipients or in the recipient hook, or give --domain`;
  return 'docs/smtp.md explains the replies of the edge';
}

type Outcome = { document: ParsedMail } | { failure: string };

/** Null when there is no outcome in time. */
async function awaitOutcome(
  run: CanaryRun,
  mail: CanaryMail,
  { queueId }: Accepted,
  since: number,
): Promise<Outcome | null> {
  const { objects, contentBucket, signal } = run;
  // SES replies with an object name, not with one of our ids.
  const look =
    queueId !== null && isMailId(queueId)
      ? () => outcomeOf(objects, contentBucket, queueId)
      : searchFor(objects, contentBucket, mail.messageId, since);
  for (const end = Date.now() + run.waitSeconds * 1_000; ; ) {
    const outcome = await look();
    if (outcome !== null) return outcome;
    if (Date.now() >= end) return null;
    await pause(LOOK_EVERY_MS, undefined, { signal });
  }
}

async function outcomeOf(objects: ObjectStore, contentBucket: string, id: string): Promise<Outcome | null> {
  const document = await readDocument(objects, documentOf(contentBucket, id));
  if (document !== null) return { document };
  const [failure] = await readFailures(objects, contentBucket, id);
  return failure === undefined ? null : { failure: failureText(failure) };
}

/**
 * Finds a mail of unknown id by its Message-ID. Ids sort by time, so only documents since it was sent are read, each
 * once.
 */
function searchFor(
  objects: ObjectStore,
  contentBucket: string,
  messageId: string,
  since: number,
): () => Promise<Outcome | null> {
  const read = new Set<string>();
  // Ids of mails that SES stored have a resolution of one second.
  const first = firstMailIdAt(new Date(Math.floor(since / 1_000) * 1_000));
  return async () => {
    const folders = new Set([first, firstMailIdAt(new Date())].map((id) => posix.dirname(parsedKey(id))));
    for (const folder of folders) {
      const prefix = `${folder}/`;
      for await (const { key } of objects.list(contentBucket, { prefix, startAfter: `${prefix}${first}` })) {
        const id = mailIdOfOutcomeKey(key);
        if (id === null || read.has(id)) continue;
        read.add(id);
        const document = await readDocument(objects, documentOf(contentBucket, id));
        if (document?.messageId === messageId) return { document };
      }
    }
    return null;
  };
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
