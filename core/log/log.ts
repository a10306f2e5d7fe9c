/** Structured logging: one JSON line per event. `core/lambda/function-log.ts` has the same for the functions. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Any fields except those of the line itself. */
export type LogFields = { [name: string]: unknown } & { [name in LineField]?: never };

type LineField = 'level' | 'message' | 'sampling_rate' | 'service' | 'time' | 'timestamp';

/** Never log the body of a mail or a secret; strings from mails are safe because every line is JSON. */
export function jsonLog(service: string, write: (line: string) => void = writeStdout): Log {
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}) =>
      write(`${JSON.stringify({ time: new Date().toISOString(), level, service, message, ...printable(fields) })}\n`);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function writeStdout(line: string): void {
  process.stdout.write(line);
}

/** Errors have no enumerable fields of their own: JSON would print `{}`. */
function printable(fields: LogFields): LogFields {
  let shown = fields;
  for (const name in fields) {
    const value = fields[name];
    if (!(value instanceof Error)) continue;
    shown = { ...shown, [name]: { name: value.name, message: value.message, stack: value.stack } };
  }
  return shown;
}
