#!/usr/bin/env node
import { isMainThread } from 'node:worker_threads';
import { load, prepare } from '../core/process/prepare.mjs';

if (isMainThread) prepare('mail-pipeline');
await load(async () => {
  // Only now: on an old Node.js it does not load.
  const { register } = await import('tsx/esm/api');
  register();
  await (isMainThread ? import('./main.ts') : import('./reader-thread.ts'));
});
