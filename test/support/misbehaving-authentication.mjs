// An authentication thread that behaves as the envelope sender says. Plain JavaScript: threads have no TypeScript
// loader.
import { parentPort } from 'node:worker_threads';

const BEHAVIOUR = {
  // Like an infinite loop, but leaves the CPU to the other tests.
  loop: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  throw: () => {
    throw new Error('thrown in the thread');
  },
  exit: () => process.exit(3),
  silent: () => {},
  fail: (mail) => parentPort.postMessage({ type: 'failed', mail, reason: 'the check gave up' }),
};

parentPort.on('message', ({ type, mail, client }) => {
  if (type !== 'authenticate') return;
  const behave =
    BEHAVIOUR[client.mailFrom] ?? (() => parentPort.postMessage({ type: 'authenticated', mail, auth: client }));
  behave(mail);
});
