import type { Log } from '../../core/log/log.ts';
import { errorText } from '../../core/mail/errors.ts';
import type { AskedVerdict } from '../../core/mail/smtp-verdict.ts';
import type { DataHook } from '../../core/settings/edge.ts';
import { OutageLog } from '../policy/outage-log.ts';
import { Semaphore } from '../policy/semaphore.ts';
import { REPLIES, type Reply } from '../replies.ts';
import { httpService } from './http-service.ts';
import { bounded, NotAsked, type Provider, type Question } from './provider.ts';
import { rspamd } from './rspamd.ts';

/** Maximum concurrent requests; others wait for a free slot within their deadline. */
const MAX_IN_FLIGHT = 64;

export interface Judgement {
  /** Null when the mail is accepted. */
  refusal: Reply | null;
  /** The recommendation, or why there is none; for the log. */
  action: string;
  /** For the envelope of an accepted mail. */
  verdict: AskedVerdict;
}

/** Decides whether to accept a stored mail. Decides within the configured deadline and never throws. */
export type Judge = (question: Question) => Promise<Judgement>;

const PROVIDERS: Record<DataHook['provider'], (url: URL) => Provider> = { http: httpService, rspamd };

export function dataJudge(hook: DataHook, log: Log, clock = () => performance.now()): Judge {
  const ask = PROVIDERS[hook.provider](new URL(hook.url));
  const outages = new OutageLog('data hook', log, clock);
  const slots = new Semaphore(MAX_IN_FLIGHT);
  const { provider } = hook;

  return async (question) => {
    const started = clock();
    const ms = () => Math.round(clock() - started);
    const signal = AbortSignal.timeout(hook.deadlineMs);
    try {
      const answer = await slots.run(signal, () => ask(question, signal));
      outages.answered();
      const said = answer.refusal === null ? answer.said : null;
      return {
        refusal: answer.refusal,
        action: answer.refusal === null ? answer.said.action : answer.action,
        verdict: { provider, status: 'ok', ms: ms(), reason: null, said },
      };
    } catch (error) {
      const status = error instanceof NotAsked ? 'skipped' : signal.aborted ? 'timed-out' : 'failed';
      const reason = bounded(status === 'timed-out' ? `no answer within ${hook.deadlineMs} ms` : errorText(error));
      if (status !== 'skipped') outages.failed(reason);
      return {
        refusal: hook.onFailure === 'defer' && status !== 'skipped' ? REPLIES.serviceDown : null,
        action: status,
        verdict: { provider, status, ms: ms(), reason, said: null },
      };
    }
  };
}
