import { decodeEnricherEnvironment } from '../../core/env/enricher-environment.ts';
import { createHandler } from './world.ts';

/** Does what is slow about a mail, away from the parser, and sends the mail when it is done. */
export const handler = createHandler(decodeEnricherEnvironment(process.env));
