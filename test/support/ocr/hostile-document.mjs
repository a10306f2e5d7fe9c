// Stands in for the process that opens documents after a document has taken it over: attempts everything it can and
// answers with what succeeded. Plain JavaScript: it starts without a loader.
import { exec } from 'node:child_process';
import fs from 'node:fs';
import { request } from 'node:http';
import { Worker } from 'node:worker_threads';

const input = fs.readFileSync(0);
/** A file that the function can read. */
const file = input.subarray(8 + input.readUInt32BE(0)).toString();
const parent = process.ppid;

const READ = `require('worker_threads').parentPort.postMessage(require('fs').readFileSync(${JSON.stringify(file)}, 'latin1'))`;
const inThread = (options) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(READ, { eval: true, ...options });
    worker.once('message', resolve).once('error', reject).once('exit', reject);
  });
const PERMISSION = process.execArgv.find((option) => option.endsWith('permission'));
const permitted = [PERMISSION ?? '--no-warnings', '--allow-fs-read=*'];

const ATTEMPTS = {
  'environment of the parent': () => fs.readFileSync(`/proc/${parent}/environ`),
  'environment by a task': () => fs.readFileSync(`/proc/${parent}/task/${parent}/environ`),
  'memory of the parent': () => fs.openSync(`/proc/${parent}/mem`, 'r'),
  'maps of the parent': () => fs.readFileSync(`/proc/${parent}/maps`),
  'descriptors of the parent': () => fs.readdirSync(`/proc/${parent}/fd`),
  'root of the parent': () => fs.readFileSync(`/proc/${parent}/root${file}`),
  'its own environment': () => fs.readFileSync('/proc/self/environ'),
  'its own memory': () => fs.openSync('/proc/self/mem', 'r+'),
  'a file': () => fs.readFileSync(file),
  'a file by its relative name': () => fs.readFileSync(`${'../'.repeat(20)}${file.slice(1)}`),
  'a file by the bytes of its name': () => fs.readFileSync(Buffer.from(file)),
  'a file by promise': () => fs.promises.readFile(file),
  'a file by stream': async () => (await fs.createReadStream(file).toArray()).length,
  'a file by blob': async () => (await fs.openAsBlob(file)).text(),
  'a file as variables': () => process.loadEnvFile(file),
  'a file by the internals': () => process.binding('fs').open(file, fs.constants.O_RDONLY, 0o666),
  'a link': () => fs.symlinkSync(file, new URL('link', import.meta.url)),
  'a write': () => fs.writeFileSync(`${file}.written`, 'x'),
  'a database': async () => {
    const { DatabaseSync } = await import('node:sqlite');
    new DatabaseSync(':memory:').exec(`ATTACH '${file}.db' AS x; CREATE TABLE x.t (a)`);
  },
  'a program': () =>
    new Promise((resolve, reject) => {
      exec(`cat ${file}`, (error, out) => (error ? reject(error) : resolve(out)));
    }),
  'a thread': () => inThread({}),
  'a thread with options': () => inThread({ execArgv: permitted }),
  'a thread with variables': () => inThread({ env: { NODE_OPTIONS: permitted.join(' ') } }),
  'native code': () => process.dlopen({ exports: {} }, file),
  'a debugger of its own': async () => new (await import('node:inspector')).Session().connect(),
  'a debugger of the parent': async () => {
    process.kill(parent, 'SIGUSR1');
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await ask('http://127.0.0.1:9229/json');
      } catch (error) {
        if (attempt === 20) throw error;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    }
  },
};

const ask = (url) =>
  new Promise((resolve, reject) => {
    request(url, (response) => resolve(response.resume()))
      .on('error', reject)
      .end();
  });

const succeeded = [];
for (const [name, attempt] of Object.entries(ATTEMPTS)) {
  try {
    await attempt();
    succeeded.push(name);
  } catch {
    // The expected result.
  }
}
const json = Buffer.from(
  JSON.stringify({ type: 'refused', reason: `succeeded: ${succeeded.join(', ')}`.slice(0, 500) }),
);
const head = Buffer.alloc(8);
head.writeUInt32BE(json.length, 0);
fs.writeSync(3, Buffer.concat([head, json]));
