import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { deliver, textMail } from '../../bench/smtp-load.ts';
import { selfSignedCertificate } from '../../edge-mta/tls/self-signed.ts';
import { Child } from '../support/child.ts';
import { bundledEdge, EdgeChild } from '../support/edge-process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const MB = 1024 * 1024;
const DISCARDING_STORE = resolve(import.meta.dirname, '../../bench/discarding-store.ts');

const directory = temporaryDirectory();
let bundle: Awaited<ReturnType<typeof bundledEdge>>;
let store: Child;
let edge: EdgeChild;

beforeEach(async () => {
  const { chain, key } = selfSignedCertificate('127.0.0.1');
  const pem = directory('store.pem');
  await writeFile(pem, chain + key);
  store = new Child(process.execPath, ['--import', 'tsx', DISCARDING_STORE, pem]);
  const [, port = ''] = await store.printed(/listening (\d+)/);
  bundle = await bundledEdge();
  // An edge on a busy machine would shed load.
  const limits = { loopLagMs: 60_000 };
  edge = await EdgeChild.start(bundle.file, `https://127.0.0.1:${port}`, { limits }, { NODE_EXTRA_CA_CERTS: pem });
});
afterEach(async () => {
  await edge.stop();
  store.signal('SIGKILL');
  await store.ended();
  await bundle.remove();
});

it('200 clients that send mails of 1 MB at once make the edge take 320 MB at most, and all are stored', async () => {
  await deliver({
    port: edge.smtpPort,
    mails: 1_000,
    sessions: 200,
    mailsPerConnection: null,
    message: textMail(MB),
  });
  expect(await edge.metric('edge_mails_accepted_total')).toBe(1_000);
  console.log(`the peak: ${Math.round(edge.peakMemory() / MB)} MB`);
  expect(edge.peakMemory()).toBeLessThan(320 * MB);
});
