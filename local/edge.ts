import { join } from 'node:path';
import * as z from 'zod/mini';
import { BUNDLE_FILE } from '../core/build/bundle.ts';
import { edgeSettings, localTls } from '../core/config/to-settings.ts';
import { jsonOf } from '../core/mail/json.ts';
import { edgeEnvironment } from '../core/settings/edge.ts';
import type { AwsServer } from './aws-server.ts';
import type { LocalContext } from './context.ts';
import { EdgeProcess } from './edge-process.ts';
import { awsEnvironment, RAW_BUCKET } from './topology.ts';

/** The line the edge logs for a mail it rejected after DATA. */
const refusalSchema = z.object({
  message: z.literal('transaction'),
  outcome: z.enum(['deferred', 'rejected']),
  reply: z.string(),
});

/**
 * Starts the SMTP edge; resolves when it accepts mail.
 *
 * @param refused called for each mail the edge rejected after DATA, with its reply code
 */
export async function startEdge(
  context: LocalContext,
  aws: AwsServer,
  codeDirectory: string,
  port: number,
  refused: (reply: string) => void = () => {},
): Promise<EdgeProcess> {
  const edge = await EdgeProcess.start({
    file: join(codeDirectory, BUNDLE_FILE),
    environment: (smtpPort) => ({
      ...awsEnvironment(aws.url),
      ...edgeEnvironment.encode(
        edgeSettings(context.config, {
          rawBucket: RAW_BUCKET,
          hostname: 'localhost',
          listenAddress: context.listenAddress,
          smtpPort,
          healthPort: 0,
          tls: localTls(context.config),
        }),
      ),
    }),
    smtpPort: port,
    reaper: context.reaper,
    print: (line) => {
      context.logFile.write(`edge-mta ${line}`);
      const { data } = refusalSchema.safeParse(line.startsWith('{') ? jsonOf(line) : null);
      if (data !== undefined) refused(data.reply);
    },
    log: context.log,
  });
  context.closers.add(() => edge.stop());
  return edge;
}
