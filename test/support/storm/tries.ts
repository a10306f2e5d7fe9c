import * as z from 'zod';
import type { LambdaFunction } from '../../../local/runtime/lambda-function.ts';

type Target = Pick<LambdaFunction, 'definition' | 'invoke'>;

const eventSchema = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/** How often the parser was handed each mail, as the harness sees it from outside. */
export class Tries {
  /** By id of the mail and of the message with its event. */
  readonly #counts = new Map<string, Map<string, number>>();

  /** The same function; what it is handed is counted, also when it is killed before it gets to it. */
  watch(target: Target): Target {
    return {
      definition: target.definition,
      invoke: (event) => {
        for (const { messageId, body } of eventSchema.parse(event).Records) this.#count(messageId, body);
        return target.invoke(event);
      },
    };
  }

  /** Of the message that was handed over most often; a mail may have several. */
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
