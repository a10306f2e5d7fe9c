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
    const queued = `${counted(results.length - refused.length, 'mail')} will be ${done}.`;
    const messages = [...new Set(refused.map(({ message }) => message))];
    return { tone: refused.length === 0 ? 'ok' : 'bad', text: [queued, ...messages].join(' ') };
  } catch (error) {
    if (error instanceof CallError) return { tone: 'bad', text: error.message };
    throw error;
  }
}
