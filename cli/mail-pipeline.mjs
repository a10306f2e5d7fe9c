#!/usr/bin/env node
import { existsSync } from 'node:fs';

// In a clone the sources are beside this file; in the package, the output of `npm run build` is in dist.
await import(existsSync(new URL('main.ts', import.meta.url)) ? './run.mjs' : '../dist/cli/run.mjs');
