import { mkdirSync, writeFileSync } from 'node:fs';
import { configurationReference } from '../core/config/reference.ts';
import { parsedMailJsonSchema } from '../core/mail/json-schema.ts';

const path = (name: string) => new URL(`../${name}`, import.meta.url);

/** Writes the pages of `docs/` and the schemas that are generated. Run by `npm run docs`. */
writeFileSync(path('docs/configuration.md'), configurationReference());
mkdirSync(path('schema/'), { recursive: true });
writeFileSync(path('schema/parsed-mail-v1.json'), `${JSON.stringify(parsedMailJsonSchema(), null, 2)}\n`);
