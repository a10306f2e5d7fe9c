/**
 * Preloaded into a local pipeline (`--import trace.mjs?to=FILE`): notes every request that its servers get and every
 * fsync that it makes, and writes them to FILE as JSON lines when the program ends. It reads nothing of the program
 * itself, so the same file traces any commit. Times are CLOCK_MONOTONIC milliseconds, which all processes share.
 */
import diagnostics from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';

const file = new URL(import.meta.url).searchParams.get('to');
const spans = [];
const now = () => Number(process.hrtime.bigint()) / 1e6;
const begin = (kind, name) => {
  const span = { kind, name, start: now(), end: null };
  spans.push(span);
  return span;
};

const requests = new WeakMap();
diagnostics.subscribe('http.server.request.start', ({ request }) => {
  const { method, url, headers } = request;
  const target = headers['x-amz-target'];
  requests.set(request, begin('request', `${method} ${target ?? url}`));
});
diagnostics.subscribe('http.server.response.finish', ({ request }) => {
  const span = requests.get(request);
  if (span !== undefined) span.end = now();
});

const handle = await open('/dev/null');
const prototype = Object.getPrototypeOf(handle);
await handle.close();
for (const name of ['sync', 'datasync']) {
  const original = prototype[name];
  prototype[name] = async function (...args) {
    const span = begin('sync', name);
    try {
      return await original.apply(this, args);
    } finally {
      span.end = now();
    }
  };
}

process.once('exit', () => writeFileSync(file, spans.map((span) => JSON.stringify(span)).join('\n')));
