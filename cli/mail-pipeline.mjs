#!/usr/bin/env node
import { existsSync } from 'node:fs';

// A clone has the sources beside this file, the package what `npm run build` made of them.
await import(existsSync(new URL('main.ts', import.meta.url)) ? './run.mjs' : '../dist/cli/run.mjs');
