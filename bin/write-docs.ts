import { mkdirSync, writeFileSync } from 'node:fs';
import { configurationReference } from '../core/config/reference.ts';
import { settingsInterface } from '../core/config/settings-interface.ts';
import { asyncApi } from '../core/mail/asyncapi.ts';
import { mailParsedJsonSchema, parsedMailJsonSchema } from '../core/mail/json-schema.ts';
import { parsedMailReference } from '../core/mail/parsed-mail-reference.ts';

const path = (name: string) => new URL(`../${name}`, import.meta.url);
const writeJson = (name: string, value: object) => writeFileSync(path(name), `${JSON.stringify(value, null, 2)}\n`);

/** Writes the pages of `docs/`, the schemas and the props of the construct that are generated. Run by `npm run docs`. */
writeFileSync(path('docs/configuration.md'), configurationReference());
writeFileSync(path('lib/setting-props.ts'), settingsInterface());
writeFileSync(path('docs/parsed-mail-v1.md'), parsedMailReference());
mkdirSync(path('schema/'), { recursive: true });
writeJson('schema/parsed-mail-v1.json', parsedMailJsonSchema());
writeJson('schema/mail-parsed-v1.json', mailParsedJsonSchema());
writeJson('schema/asyncapi.json', asyncApi());
