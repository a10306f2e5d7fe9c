// A reader thread that behaves as the first bytes of the mail say. Plain JavaScript: threads have no TypeScript loader.
import { parentPort } from 'node:worker_threads';

const content = (text) => ({ text, attachments: [], defects: [] });

const BEHAVIOUR = {
  loop: () => {
    for (;;);
  },
  throw: () => {
    throw new Error('thrown in the thread');
  },
  exit: () => process.exit(3),
  silent: () => {},
  // Calls a function for each item, as all real code does: V8 checks on a call whether to terminate the thread.
  objects: () => {
    const kept = [];
    const grow = (i) => kept.push({ name: `X-${i}`, value: [i, { i }] });
    for (let i = 0; ; i++) grow(i);
  },
  arrays: () => {
    const kept = [];
    const grow = () => kept.push(Array.from({ length: 1_000 }, (_, i) => i));
    for (;;) grow();
  },
  strings: () => {
    const kept = [];
    let text = '';
    for (let i = 0; ; i++) {
      text += `ab${i}`;
      if (i % 1_000 !== 0) continue;
      kept.push(text);
      text = '';
    }
  },
  matches: () => {
    const text = 'a\r'.repeat(1_000_000);
    const kept = [];
    for (;;) kept.push(text.replace(/\r/g, '\n'), [...text.matchAll(/a/g)]);
  },
  buffers: async () => {
    const kept = [];
    for (;;) {
      kept.push(Buffer.alloc(4 * 1024 * 1024, 1));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  },
  fail: () => parentPort.postMessage({ type: 'failed', reason: 'the reader gave up' }),
  store: () => {
    parentPort.postMessage({ type: 'attachment', attachment: 1, head: { partId: '2' } });
    parentPort.postMessage({ type: 'attachment-end', attachment: 1 });
  },
};

parentPort.on('message', (message) => {
  if (message.type === 'source') {
    const word = Buffer.from(message.bytes).toString();
    const behave = BEHAVIOUR[word] ?? (() => parentPort.postMessage({ type: 'content', content: content(word) }));
    behave();
  }
  if (message.type === 'attachment-stored') parentPort.postMessage({ type: 'content', content: content('stored') });
});
parentPort.postMessage({ type: 'ready' });
