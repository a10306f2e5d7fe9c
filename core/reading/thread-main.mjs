import { load } from '../process/prepare.mjs';

// Where a reader thread begins that no bundle brings along.
await load(new URL('thread-main.ts', import.meta.url));
