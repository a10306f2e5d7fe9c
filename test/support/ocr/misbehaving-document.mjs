// A process that behaves as the bytes of the document say. Plain JavaScript: it starts without a loader.
import { readFileSync, writeSync } from 'node:fs';

const input = readFileSync(0);
const word = input.subarray(8 + input.readUInt32BE(0)).toString();

function answer(json, bytes = Buffer.alloc(0)) {
  const text = Buffer.from(typeof json === 'string' ? json : JSON.stringify(json));
  const head = Buffer.alloc(8);
  head.writeUInt32BE(text.length, 0);
  head.writeUInt32BE(bytes.length, 4);
  writeSync(3, Buffer.concat([head, text, bytes]));
}

const kept = [];
const BEHAVIOUR = {
  loop: () => {
    for (;;);
  },
  grow: () => setInterval(() => kept.push(Buffer.alloc(32 * 1024 * 1024, 1)), 5),
  heap: () => {
    for (;;) kept.push(new Array(1000).fill(kept.length));
  },
  exit: () => process.exit(7),
  garbage: () => answer({ type: 'document', kind: 'pdf', pageCount: -3, textLayer: [['x']] }),
  flood: () => writeSync(3, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])),
  cut: () => writeSync(3, Buffer.from([0, 0, 0, 9, 0, 0, 0, 0, 0x7b])),
  environment: () => answer({ type: 'refused', reason: JSON.stringify(process.env) }),
};
BEHAVIOUR[word]();
