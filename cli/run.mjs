import { load, prepare } from '../core/process/prepare.mjs';

prepare('mail-pipeline');
await load(new URL('main.ts', import.meta.url));
