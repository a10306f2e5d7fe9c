import * as z from 'zod/mini';
import type { TaskOutcome } from '../../../../core/enrich/task.ts';
import type { JsonService } from '../../../../core/http/json-service.ts';
import { PermanentError } from '../../../../core/mail/errors.ts';
import { OVER_BUDGET, type StepRunner, type Work } from '../../runner.ts';

/** Characters (UTF-16) of a text that a model is shown: its cost grows with them. */
const TEXT_CHARACTERS = 20_000;
/** Levels of an answer. Thousands of them end a program that walks through it. */
const ANSWER_DEPTH = 16;

const answerSchema = z.record(z.string(), z.unknown());

export interface ModelHttpDeps {
  service: Pick<JsonService, 'post'>;
  /** What one request costs, US dollars. */
  costUsd: number;
}

/** Shows the text of a mail to a model and keeps the object that it answers, whatever is in it. */
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
      const wanted = `a JSON object of ${ANSWER_DEPTH} levels at most`;
      throw new PermanentError('model.answer_invalid', `the answer is not what it should be, ${wanted}`);
    }
    return { status: 'ok', result: parsed.data, costUsd };
  }
}

/** Not through a character: receivers refuse JSON with half of one. */
const cut = (text: string): string => text.slice(0, TEXT_CHARACTERS).replace(/[\ud800-\udbff]$/, '');

function isDeeper(value: unknown, levels: number): boolean {
  let level: unknown[] = [value];
  for (let left = levels; level.length > 0; left -= 1) {
    if (left < 0) return true;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return false;
}
