import type { ActionResult } from '../../api/api.ts';
import { counted } from '../parts/format.ts';
import { CallError, call } from './call.ts';

/** What became of an action, as it is told to people. */
export interface Outcome {
  tone: 'ok' | 'bad';
  text: string;
}

/** What became of a redrive, in a sentence. */
export const redriven = (ids: string[]) => outcomeOf(call('POST /api/redrive', { body: { ids } }), 'tried again');

/** What became of a replay, in a sentence. */
export const replayed = (ids: string[]) => outcomeOf(call('POST /api/replay', { body: { ids } }), 'parsed again');

async function outcomeOf(answer: Promise<{ results: ActionResult[] }>, done: string): Promise<Outcome> {
  try {
    const { results } = await answer;
    const refused = results.filter(({ outcome }) => outcome === 'refused');
    const failed = results.filter(({ became }) => became === 'failed');
    const parsed = results.filter(({ became }) => became === 'parsed');
    const open = results.length - refused.length - failed.length - parsed.length;
    const sentences = [
      parsed.length > 0 && `${counted(parsed.length, 'mail')} parsed.`,
      open > 0 && `${counted(open, 'mail')} will be ${done}.`,
      failed.length > 0 && `${counted(failed.length, 'mail')} failed again.`,
      ...new Set([...refused, ...failed].map(({ message }) => message)),
    ].filter((text) => text !== false && text !== '');
    return { tone: refused.length + failed.length === 0 ? 'ok' : 'bad', text: sentences.join(' ') };
  } catch (error) {
    if (error instanceof CallError) return { tone: 'bad', text: error.message };
    throw error;
  }
}
