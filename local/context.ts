import type { PipelineConfig } from '../core/config/schema.ts';
import type { Log } from '../core/log/log.ts';
import type { Closers } from './closers.ts';
import type { ListenAddress } from './http/listen.ts';
import type { LogFile } from './log-file.ts';
import type { Reaper } from './runtime/reaper.ts';

/** Dependencies shared by the parts of local mode. */
export interface LocalContext {
  config: PipelineConfig;
  listenAddress: ListenAddress;
  dataDirectory: string;
  /** Log of local mode itself; also written to the log file. */
  log: Log;
  logFile: LogFile;
  reaper: Reaper;
  closers: Closers;
}
