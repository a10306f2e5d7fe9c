import * as z from 'zod';
import type { LambdaFunction } from '../../../local/runtime/lambda-function.ts';

type Target = Pick<LambdaFunction, 'definition' | 'invoke'>;

const eventSchema = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/** Counts how often the parser was handed each mail, as seen from outside by the harness. */
export class Tries {
  /** By id of the mail, then of the message with its event. */
  readonly #counts = new Map<string, Map<string, number>>();

  /** Wraps the function and counts every mail it is handed, even if it is killed before it reads the mail. */
  watch(target: Target): Target {
    return {
      definition: target.definition,
      invoke: (event) => {
        for (const { messageId, body } of eventSchema.parse(event).Records) this.#count(messageId, body);
        return target.invoke(event);
      },
    };
  }

  /** The count of the message delivered most often; a mail may have several messages. */
  most(id: string): number {
    return Math.max(0, ...(this.#counts.get(id)?.values() ?? []));
  }

  #count(messageId: string, body: string): void {
    for (const [, id = ''] of body.matchAll(/\b(\w{26})\.eml/g)) {
      const counts = this.#counts.get(id) ?? new Map<string, number>();
      this.#counts.set(id, counts.set(messageId, (counts.get(messageId) ?? 0) + 1));
    }
  }
}
