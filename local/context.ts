import type { PipelineConfig } from '../core/config/schema.ts';
import type { Log } from '../core/log/log.ts';
import type { Closers } from './closers.ts';
import type { ListenAddress } from './http/listen.ts';
import type { LogFile } from './log-file.ts';
import type { Reaper } from './runtime/reaper.ts';

/** What the parts of local mode share. */
export interface LocalContext {
  config: PipelineConfig;
  listenAddress: ListenAddress;
  dataDirectory: string;
  /** Of local mode itself; into the log file as well. */
  log: Log;
  logFile: LogFile;
  reaper: Reaper;
  closers: Closers;
}
