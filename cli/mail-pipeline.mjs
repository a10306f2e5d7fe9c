#!/usr/bin/env node
import { isMainThread } from 'node:worker_threads';
import { prepare } from '../core/process/prepare.mjs';

if (isMainThread) prepare('mail-pipeline');
// Only now: on an old Node.js it does not load.
const { register } = await import('tsx/esm/api');
register();
if (isMainThread) await import('./main.ts');
else await import('./reader-thread.ts');
