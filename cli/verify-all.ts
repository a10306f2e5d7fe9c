import { printable, printableJson } from '../core/log/printable.ts';
import { errorText } from '../core/mail/errors.ts';
import { documentOf, readDocument } from '../core/outcome/documents.ts';
import { type FailedMail, readFailures } from '../core/outcome/failures.ts';
import { type Buckets, type MailOutcome, mailOutcomes } from '../core/outcome/mail-outcomes.ts';
import type { TimeWindow } from '../core/outcome/raw-objects.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import type { Output } from '../core/terminal/output.ts';
import { chunks } from './chunks.ts';
import type { CommandContext } from './command.ts';
import { checks } from './mail-checks.ts';
import { labelOf, stateRow } from './state-row.ts';
import { counted } from './terminal.ts';

/** Mails checked concurrently. */
const READ_AT_ONCE = 8;

export interface VerifyAll {
  objects: ObjectStore;
  buckets: Buckets;
  window: TimeWindow;
  /** Mails stored before this time should have an outcome. */
  overdueBefore: Date;
  json: boolean;
  context: CommandContext;
}

/** What is wrong with a mail: a difference, an unreadable object, or a missing document. */
interface Finding {
  state: 'differs' | 'unreadable' | 'failed' | 'inFlight' | 'overdue';
  what: string;
}

/** Checks every accepted mail of a window and prints the problems found. Resolves with the exit code. */
export async function verifyAll(options: VerifyAll): Promise<number> {
  const { objects, buckets, window, json, context } = options;
  const sums = { checked: 0, agree: 0, differs: 0, unreadable: 0, failed: 0, inFlight: 0, overdue: 0 };
  const progress = context.progress('verified');
  context.ifInterrupted(() => 'interrupted: the totals cover the mails checked so far');
  for await (const chunk of chunks(mailOutcomes(objects, buckets, window), READ_AT_ONCE)) {
    if (context.signal.aborted) break;
    const findings = await Promise.all(chunk.map((mail) => findingsOf(mail, options)));
    for (const [at, { id }] of chunk.entries()) {
      const found = findings[at] ?? [];
      sums.checked += 1;
      if (found.length === 0) sums.agree += 1;
      for (const state of new Set(found.map((finding) => finding.state))) sums[state] += 1;
      for (const finding of found)
        await context.out.write(json ? jsonLine(id, finding) : line(id, finding, context.out));
    }
    progress.add(chunk.length);
  }
  progress.stop();
  await context.out.write(json ? `${JSON.stringify(sums)}\n` : summary(sums));
  return sums.differs + sums.unreadable + sums.failed + sums.overdue === 0 && !context.signal.aborted ? 0 : 1;
}

/** Turns an error into a finding of that mail, so that the other mails are still checked. */
async function findingsOf(mail: MailOutcome, options: VerifyAll): Promise<Finding[]> {
  try {
    return await look(mail, options);
  } catch (error) {
    return [{ state: 'unreadable', what: errorText(error) }];
  }
}

async function look(mail: MailOutcome, { objects, buckets, overdueBefore }: VerifyAll): Promise<Finding[]> {
  const late = mail.storedAt < overdueBefore ? 'overdue' : 'inFlight';
  if (mail.outcome === 'failed') {
    const [failure] = await readFailures(objects, buckets.content, mail.id);
    return [{ state: 'failed', what: failure === undefined ? 'being redriven' : reasonText(failure) }];
  }
  if (mail.outcome === null) return [{ state: late, what: 'neither document nor failure' }];
  const document = await readDocument(objects, documentOf(buckets.content, mail.id));
  if (document === null) return [{ state: 'differs', what: 'its document cannot be read' }];
  const findings: Finding[] = mail.deliveries.flatMap(({ destination, state }) =>
    state === 'sent' ? [] : [{ state: state === 'failed' ? 'failed' : late, what: destination }],
  );
  for await (const { what, agrees, error } of checks(document, objects)) {
    if (error !== null) findings.push({ state: 'unreadable', what: `${what}: ${error}` });
    else if (!agrees && !what.startsWith('delivery')) findings.push({ state: 'differs', what });
  }
  return findings;
}

const reasonText = ({ reason, lastError }: FailedMail): string =>
  lastError === null ? reason : `${reason}: ${lastError}`;

const line = (id: string, { state, what }: Finding, out: Output): string =>
  stateRow(state, [id, { text: printable(what) }], out, state === 'overdue' ? labelOf(state).toUpperCase() : undefined);

const jsonLine = (id: string, finding: Finding): string => `${printableJson(JSON.stringify({ id, ...finding }))}\n`;

function summary(sums: Record<string, number>): string {
  const { checked = 0, agree = 0, differs = 0, unreadable = 0, failed = 0, inFlight = 0, overdue = 0 } = sums;
  return (
    `${counted(checked)} checked: ${agree} agree, ${differs} differ, ${failed} failed, ` +
    `${inFlight} in flight, ${overdue} overdue${unreadable > 0 ? `, ${unreadable} not read` : ''}\n`
  );
}
