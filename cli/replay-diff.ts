import { printable, printableJson, shortened } from '../core/log/printable.ts';
import { errorText } from '../core/mail/errors.ts';
import type { ParsedMail } from '../core/mail/parsed-mail.ts';
import { type FieldChange, fieldChanges } from '../core/operations/field-changes.ts';
import { parseAgain } from '../core/operations/parse-again.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import { row } from '../core/terminal/rows.ts';
import { changeLine } from './change-line.ts';
import type { CommandContext } from './command.ts';

interface Counts {
  read: number;
  changed: number;
  unreadable: number;
  /** How many mails would change, by field. */
  fields: Map<string, number>;
}

/** Prints what a replay would change, field by field, and sends nothing. Resolves with the exit code. */
export async function diff(
  mails: AsyncIterable<ParsedMail>,
  objects: ObjectStore,
  json: boolean,
  context: CommandContext,
): Promise<number> {
  const counts: Counts = { read: 0, changed: 0, unreadable: 0, fields: new Map() };
  const progress = context.progress('compared');
  context.ifInterrupted(() => 'interrupted: the totals cover the mails checked so far');
  for await (const mail of mails) {
    if (context.signal.aborted) break;
    const changes = await changesOf(mail, objects, context);
    progress.add(1);
    if (changes === null) counts.unreadable += 1;
    else await report(mail, changes, counts, json, context);
  }
  progress.stop();
  await context.out.write(json ? `${JSON.stringify(sums(counts))}\n` : summary(counts));
  return counts.unreadable === 0 && !context.signal.aborted ? 0 : 1;
}

/** Null when the mail cannot be read. */
async function changesOf(
  mail: ParsedMail,
  objects: ObjectStore,
  context: CommandContext,
): Promise<FieldChange[] | null> {
  try {
    return fieldChanges(mail, await parseAgain(mail, objects, context.read, context.signal));
  } catch (error) {
    await context.err.write(`${mail.id}: ${printable(errorText(error))}\n`);
    return null;
  }
}

async function report(
  { id, subject }: ParsedMail,
  changes: readonly FieldChange[],
  counts: Counts,
  json: boolean,
  context: CommandContext,
): Promise<void> {
  counts.read += 1;
  if (changes.length === 0) return;
  counts.changed += 1;
  for (const { field } of changes) counts.fields.set(field, (counts.fields.get(field) ?? 0) + 1);
  const about = { text: printable(shortened(subject ?? '(no subject)', 70)) };
  const head = `${row([id, about], context.out.columns)}\n`;
  const text = json
    ? `${printableJson(JSON.stringify({ id, changes }))}\n`
    : `${head}${changes.map(changeLine).join('')}`;
  await context.out.write(text);
}

const sums = ({ fields, ...counts }: Counts) => ({ ...counts, fields: Object.fromEntries(fields) });

function summary({ read, changed, fields }: Counts): string {
  const byField = [...fields].sort(([, a], [, b]) => b - a).map(([field, count]) => `${field} ${count}`);
  const details = byField.length > 0 ? `: ${byField.join(', ')}` : '';
  return `${changed} of ${read} mails would change${details}\n`;
}
