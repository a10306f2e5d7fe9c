import { writeFileSync } from 'node:fs';
import { configurationReference } from '../core/config/reference.ts';

/** Writes the pages of `docs/` that are generated. Run by `npm run docs`. */
writeFileSync(new URL('../docs/configuration.md', import.meta.url), configurationReference());
