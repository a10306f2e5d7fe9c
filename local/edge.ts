import { join } from 'node:path';
import { BUNDLE_FILE } from '../core/build/bundle.ts';
import { edgeSettings } from '../core/config/to-settings.ts';
import { edgeEnvironment } from '../core/settings/edge.ts';
import type { AwsServer } from './aws-server.ts';
import { EdgeProcess } from './edge-process.ts';
import { awsEnvironment, RAW_BUCKET } from './topology.ts';
import type { World } from './world.ts';

/** Starts the SMTP edge; resolves when it takes mail. */
export async function startEdge(
  world: World,
  aws: AwsServer,
  codeDirectory: string,
  port: number,
): Promise<EdgeProcess> {
  const edge = await EdgeProcess.start({
    file: join(codeDirectory, BUNDLE_FILE),
    environment: (smtpPort) => ({
      ...awsEnvironment(aws.url),
      ...edgeEnvironment.encode(
        edgeSettings(world.config, { rawBucket: RAW_BUCKET, hostname: 'localhost', smtpPort, healthPort: 0 }),
      ),
    }),
    smtpPort: port,
    reaper: world.reaper,
    print: (line) => world.logFile.write(`edge-mta ${line}`),
    log: world.log,
  });
  world.closers.add(() => edge.stop());
  return edge;
}
