import { isMainThread } from 'node:worker_threads';

/** Loaded ahead of a program of this project: prints "loading" once it hears of Ctrl-C and has loaded nothing else. */
if (isMainThread && /\/(run|mail-pipeline)\.mjs$/.test(process.argv[1] ?? '')) {
  process.on('newListener', function say(event) {
    if (event !== 'SIGINT') return;
    process.off('newListener', say);
    process.stderr.write('loading\r\n');
  });
}
