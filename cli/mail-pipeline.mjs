#!/usr/bin/env node
import { isMainThread } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
if (isMainThread) await import('./main.ts');
else await import('./reader-thread.ts');
