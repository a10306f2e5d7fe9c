import * as z from 'zod/mini';
import type { TaskOutcome } from '../../../../core/enrich/task.ts';
import type { JsonService } from '../../../../core/http/json-service.ts';
import { PermanentError } from '../../../../core/mail/errors.ts';
import { OVER_BUDGET, type StepRunner, type Work } from '../../runner.ts';

/** Characters (UTF-16) of a text to send to a model: its cost grows with them. */
const TEXT_CHARACTERS = 20_000;
/** Maximum levels of an answer: thousands would crash a program that walks through it. */
const ANSWER_DEPTH = 16;

const answerSchema = z.record(z.string(), z.unknown());

export interface ModelHttpDeps {
  service: Pick<JsonService, 'post'>;
  /** Price of one request, US dollars. */
  costUsd: number;
}

/** Sends the text of a mail to a model and keeps the object that it answers, whatever it contains. */
export class ModelHttp implements StepRunner<'model'> {
  readonly #deps: ModelHttpDeps;

  constructor(deps: ModelHttpDeps) {
    this.#deps = deps;
  }

  async run({ mail, signal, spend }: Work): Promise<TaskOutcome<'model'>> {
    const { service, costUsd } = this.#deps;
    if (!(await spend(costUsd))) return OVER_BUDGET;
    const answer = await service.post(
      {
        schema: 'mail-pipeline/model/1',
        id: mail.id,
        subject: mail.subject,
        text: cut(mail.text ?? ''),
        language: mail.enrichment.language?.language ?? null,
      },
      signal,
    );
    const parsed = answerSchema.safeParse(answer);
    if (!parsed.success || isDeeper(answer, ANSWER_DEPTH)) {
      const expected = `a JSON object of at most ${ANSWER_DEPTH} levels`;
      throw new PermanentError('model.answer_invalid', `the answer is not ${expected}`);
    }
    return { status: 'ok', result: parsed.data, costUsd };
  }
}

/** Never cuts through a character: receivers refuse JSON with an unpaired surrogate. */
const cut = (text: string): string => text.slice(0, TEXT_CHARACTERS).replace(/[\ud800-\udbff]$/, '');

function isDeeper(value: unknown, levels: number): boolean {
  let level: unknown[] = [value];
  for (let left = levels; level.length > 0; left -= 1) {
    if (left < 0) return true;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return false;
}
