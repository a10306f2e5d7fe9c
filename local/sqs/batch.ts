import { errorText } from '../../core/mail/errors.ts';
import { SqsError } from './errors.ts';
import type { JsonObject } from './operation.ts';

const MAX_ENTRIES = 10;

/** Runs the entries of a batch concurrently and reports failures per entry. @throws SqsError for an invalid batch */
export async function runBatch<E extends { Id: string }>(
  entries: readonly E[],
  run: (entry: E) => Promise<JsonObject>,
): Promise<JsonObject> {
  checkEntries(entries);
  const Successful: JsonObject[] = [];
  const Failed: JsonObject[] = [];
  await Promise.all(
    entries.map(async (entry) => {
      try {
        Successful.push({ Id: entry.Id, ...(await run(entry)) });
      } catch (error) {
        Failed.push({ Id: entry.Id, ...failure(error) });
      }
    }),
  );
  // AWS omits an empty Failed.
  return { Successful, ...(Failed.length > 0 ? { Failed } : {}) };
}

function checkEntries(entries: readonly { Id: string }[]): void {
  if (entries.length === 0) throw new SqsError('EmptyBatchRequest', 'There should be at least one entry.');
  if (entries.length > MAX_ENTRIES) {
    throw new SqsError('TooManyEntriesInBatchRequest', `Maximum number of entries per request are ${MAX_ENTRIES}.`);
  }
  for (const { Id } of entries) {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(Id)) {
      throw new SqsError('InvalidBatchEntryId', `The Id ${Id} is not 1 to 80 letters, digits, hyphens or underscores.`);
    }
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw new SqsError('BatchEntryIdsNotDistinct', 'Ids of a batch should be distinct.');
  }
}

function failure(error: unknown): JsonObject {
  if (error instanceof SqsError) {
    return { Code: error.queryCode, Message: error.message, SenderFault: error.fault === 'Sender' };
  }
  return { Code: 'InternalError', Message: errorText(error), SenderFault: false };
}
