import { mkdirSync, writeFileSync } from 'node:fs';
import { configurationReference } from '../core/config/reference.ts';
import { parsedMailJsonSchema } from '../core/mail/json-schema.ts';
import { parsedMailReference } from '../core/mail/parsed-mail-reference.ts';

const path = (name: string) => new URL(`../${name}`, import.meta.url);

/** Writes the pages of `docs/` and the schemas that are generated. Run by `npm run docs`. */
writeFileSync(path('docs/configuration.md'), configurationReference());
writeFileSync(path('docs/parsed-mail-v1.md'), parsedMailReference());
mkdirSync(path('schema/'), { recursive: true });
writeFileSync(path('schema/parsed-mail-v1.json'), `${JSON.stringify(parsedMailJsonSchema(), null, 2)}\n`);
