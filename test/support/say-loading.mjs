import { isMainThread } from 'node:worker_threads';

/** Loaded ahead of a program of this project: prints "loading" once it hears of Ctrl-C and has loaded nothing else. */
function look() {
  if (process.listenerCount('SIGINT') > 0) process.stderr.write('loading\r\n');
  else setImmediate(look);
}
if (isMainThread && /\/(run|mail-pipeline)\.mjs$/.test(process.argv[1] ?? '')) look();
