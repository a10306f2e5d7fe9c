import { join } from 'node:path';
import { bundleProgram } from '../core/build/bundle.ts';
import { defineConfig } from '../core/config/define-config.ts';
import { jsonLog } from '../core/log/log.ts';
import { startAwsServer } from '../local/aws-server.ts';
import { Closers } from '../local/closers.ts';
import { startEdge } from '../local/edge.ts';
import { LOOPBACK } from '../local/http/listen.ts';
import { LogFile } from '../local/log-file.ts';
import { Reaper } from '../local/runtime/reaper.ts';

export interface EdgeAndStore {
  smtpPort: number;
  stop(): Promise<void>;
}

/** The edge and its store without the functions, so that nothing competes with the path to the 250. */
export async function startEdgeAndStore(dataDirectory: string): Promise<EdgeAndStore> {
  const closers = new Closers();
  const logFile = new LogFile(join(dataDirectory, 'log'));
  closers.add(() => logFile.close());
  const reaper = new Reaper();
  closers.add(() => reaper.close());
  const log = jsonLog('bench', (line) => logFile.write(line.trimEnd()));
  const context = { config: defineConfig({}), listenAddress: LOOPBACK, dataDirectory, log, logFile, reaper, closers };
  const code = join(dataDirectory, 'code');
  bundleProgram('edge-mta', code);
  const aws = await startAwsServer(context, 0, { changed: () => {}, sent: () => {} });
  const edge = await startEdge(context, aws, code, 0);
  return { smtpPort: edge.smtpPort, stop: () => closers.close() };
}
