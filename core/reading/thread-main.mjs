import { load } from '../process/prepare.mjs';

// Entry of a reader thread outside a bundle.
await load(new URL('thread-main.ts', import.meta.url));
