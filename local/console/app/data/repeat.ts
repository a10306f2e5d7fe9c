import type { ActionResult } from '../../api/api.ts';
import { counted } from '../parts/format.ts';
import { CallError, call } from './call.ts';

/** Outcome of an action, as shown to people. */
export interface Outcome {
  tone: 'ok' | 'bad';
  text: string;
}

/** Ids the API accepts per request. */
const AT_ONCE = 100;
const SHOWN_REASONS = 5;

/** Redrives mails and describes the outcome in a sentence. */
export const redriven = (ids: readonly string[]) => outcomeOf('POST /api/redrive', ids, 'retried');

/** Replays mails and describes the outcome in a sentence. */
export const replayed = (ids: readonly string[]) => outcomeOf('POST /api/replay', ids, 'parsed again');

async function outcomeOf(
  route: 'POST /api/redrive' | 'POST /api/replay',
  ids: readonly string[],
  done: string,
): Promise<Outcome> {
  const results: ActionResult[] = [];
  try {
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const answer = await call(route, { body: { ids: ids.slice(from, from + AT_ONCE) } });
      results.push(...answer.results);
    }
    return summary(results, done);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const before = results.length === 0 ? '' : `${summary(results, done).text} Then: `;
    return { tone: 'bad', text: `${before}${error.message}` };
  }
}

function summary(results: readonly ActionResult[], done: string): Outcome {
  const refused = results.filter(({ outcome }) => outcome === 'refused');
  const failed = results.filter(({ became }) => became === 'failed');
  const parsed = results.filter(({ became }) => became === 'parsed');
  const open = results.length - refused.length - failed.length - parsed.length;
  const reasons = [...new Set([...refused, ...failed].map(({ message }) => message))];
  const sentences = [
    parsed.length > 0 && `${counted(parsed.length, 'mail')} parsed.`,
    open > 0 && `${counted(open, 'mail')} will be ${done}.`,
    failed.length > 0 && `${counted(failed.length, 'mail')} failed again.`,
    ...reasons.slice(0, SHOWN_REASONS),
    reasons.length > SHOWN_REASONS && `And ${reasons.length - SHOWN_REASONS} more.`,
  ].filter((text) => text !== false && text !== '');
  return { tone: refused.length + failed.length === 0 ? 'ok' : 'bad', text: sentences.join(' ') };
}
