#!/usr/bin/env node
import { isMainThread } from 'node:worker_threads';
import { load, prepare } from '../core/process/prepare.mjs';

if (isMainThread) prepare('mail-pipeline');
await load(() => (isMainThread ? import('./main.ts') : import('./reader-thread.ts')));
