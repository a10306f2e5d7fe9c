import { mkdirSync, writeFileSync } from 'node:fs';
import { configurationReference } from '../core/config/reference.ts';
import { settingsInterface } from '../core/config/settings-interface.ts';
import { asyncApi } from '../core/mail/asyncapi.ts';
import { mailParsedJsonSchema, parsedMailJsonSchema } from '../core/mail/json-schema.ts';
import { parsedMailReference } from '../core/mail/parsed-mail-reference.ts';
import { ngramDataModule } from './ngram-data.ts';

const path = (name: string) => new URL(`../${name}`, import.meta.url);
const writeJson = (name: string, value: object) => writeFileSync(path(name), `${JSON.stringify(value, null, 2)}\n`);

/**
 * Writes all generated files: pages of `docs/`, schemas, the props of the construct, the n-gram table. Run by `npm run
 * docs`.
 */
writeFileSync(path('docs/configuration.md'), configurationReference());
writeFileSync(path('lib/setting-props.ts'), settingsInterface());
writeFileSync(path('docs/parsed-mail-v1.md'), parsedMailReference());
mkdirSync(path('schema/'), { recursive: true });
writeJson('schema/parsed-mail-v1.json', parsedMailJsonSchema());
writeJson('schema/mail-parsed-v1.json', mailParsedJsonSchema());
writeJson('schema/asyncapi.json', asyncApi());
writeFileSync(path('core/enrich/text/ngram-data.ts'), await ngramDataModule());
