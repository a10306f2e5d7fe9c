import { DOCUMENT_PROCESS } from '../../core/document/protocol.ts';
import { enricherEnvironment } from '../../core/settings/enricher.ts';
import { lambdaEnvironment } from '../../core/settings/lambda.ts';

/** Runs the asynchronous steps of a mail outside the parser, and publishes the mail afterwards. */
export const handler = await start();

/** The function and the processes that open documents share a bundle; each loads its own part. */
async function start() {
  if (process.argv[2] === DOCUMENT_PROCESS) {
    const { serveDocument } = await import('./steps/ocr/document/serve.ts');
    await serveDocument();
    return undefined;
  }
  const { createHandler } = await import('./create-handler.ts');
  const { libraryPath } = lambdaEnvironment.decode(process.env);
  return createHandler(enricherEnvironment.decode(process.env), process.env, {
    entry: new URL(import.meta.url),
    libraryPath,
  });
}
