// A reader thread that does what the first bytes of the mail say. Plain JavaScript: threads have no TypeScript loader.
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
  heap: () => {
    const kept = [];
    for (;;) kept.push(new Array(1000).fill(kept.length));
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
