import { isMainThread } from 'node:worker_threads';

/**
 * Preloaded into a program of this project: prints "loading" when the program installs its SIGINT handler, before it
 * has loaded anything else.
 */
if (isMainThread && /\/(run|mail-pipeline)\.mjs$/.test(process.argv[1] ?? '')) {
  process.on('newListener', function say(event) {
    if (event !== 'SIGINT') return;
    process.off('newListener', say);
    process.stderr.write('loading\r\n');
  });
}
