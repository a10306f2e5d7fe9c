// A function that opens one document while it is traced. Plain JavaScript: it starts without a loader.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const [, , entry, document] = process.argv;
const request = Buffer.from(JSON.stringify({ maxPages: 10, drawWith: null }));
const bytes = readFileSync(document);
const head = Buffer.alloc(8);
head.writeUInt32BE(request.length, 0);
head.writeUInt32BE(bytes.length, 4);

const stdio = ['pipe', 'ignore', 'ignore', 'pipe'];
const child = spawn(process.execPath, [entry, 'open-document'], { env: {}, stdio });
child.stdio[3].resume();
child.stdin.end(Buffer.concat([head, request, bytes]), () => process.stdout.write(`opening in ${child.pid}\n`));
