import type { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from './log.ts';

/** Powertools' Logger behind the Log interface: the same lines with the request id and the function's name. */
export function powertoolsLog(logger: Logger): Log {
  return {
    debug: (message, fields = {}) => logger.debug(message, fields),
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
  };
}
