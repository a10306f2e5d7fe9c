import { readFileSync } from 'node:fs';
import specs from '@asyncapi/specs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { asyncApi } from '../../core/mail/asyncapi.ts';
import { EXAMPLE } from '../../core/mail/example.ts';
import { mailParsedJsonSchema, parsedMailJsonSchema } from '../../core/mail/json-schema.ts';
import { parsedMailSchema } from '../../core/mail/parsed-mail.ts';
import { parsedMailReference } from '../../core/mail/parsed-mail-reference.ts';
import { REPOSITORY } from '../../core/mail/schema-url.ts';
import manifest from '../../package.json' with { type: 'json' };

const committed = (file: string): unknown => JSON.parse(readFileSync(`schema/${file}`, 'utf8'));
const published = committed('parsed-mail-v1.json');

describe('$id', () => {
  it.each(['parsed-mail-v1.json', 'mail-parsed-v1.json'])('of %s is its address in the repository', (file) => {
    expect(committed(file)).toHaveProperty('$id', `${REPOSITORY}/raw/main/schema/${file}`);
  });

  it('names the repository of package.json', () => {
    expect(manifest.repository.url).toBe(`git+${REPOSITORY}.git`);
  });
});

describe('schema/parsed-mail-v1.json', () => {
  it('is generated from the current source', () => {
    expect(published, 'run: npm run docs').toEqual(parsedMailJsonSchema());
  });

  it('accepts the example', () => {
    const ajv = formats.default(new Ajv2020());
    expect(ajv.validate(Object(published), EXAMPLE), ajv.errorsText()).toBe(true);
    expect(ajv.validate(Object(published), { ...EXAMPLE, revision: '1' })).toBe(false);
  });

  it('allows what a later v1 may add', () => {
    expect(JSON.stringify(published)).not.toContain('"additionalProperties":false');
    expect(JSON.stringify(published)).not.toContain('mime.truncated');
  });
});

describe('schema/mail-parsed-v1.json', () => {
  it('is generated from the current source', () => {
    expect(committed('mail-parsed-v1.json'), 'run: npm run docs').toEqual(mailParsedJsonSchema());
  });
});

describe('schema/asyncapi.json', () => {
  it('is generated from the current source', () => {
    expect(committed('asyncapi.json'), 'run: npm run docs').toEqual(asyncApi());
  });

  it('is an AsyncAPI 3.0.0 document', () => {
    // Its JSON Schema names formats that no validator implements (uri-template of a relative address).
    const ajv = formats.default(new Ajv({ strict: false, allErrors: true }));
    const valid = ajv.compile(Object(specs.schemasWithoutId['3.0.0']));
    expect(valid(asyncApi()), ajv.errorsText(valid.errors)).toBe(true);
    expect(valid({ ...asyncApi(), operations: { sends: { action: 'sends' } } })).toBe(false);
  });

  it('refers to existing schemas, channels, servers and messages', () => {
    const references = [...JSON.stringify(asyncApi()).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = '']) => ref);
    expect(references.length).toBeGreaterThan(10);
    for (const reference of references) {
      if (reference.startsWith('./')) expect(() => committed(reference)).not.toThrow();
      else expect(asyncApi()).toHaveProperty(reference.slice('#/'.length).split('/'));
    }
  });
});

describe('docs/parsed-mail-v1.md', () => {
  it('is generated from the current source', () => {
    expect(readFileSync('docs/parsed-mail-v1.md', 'utf8'), 'run: npm run docs').toBe(parsedMailReference());
  });

  it('has an example that the schema accepts', () => {
    expect(parsedMailSchema.safeParse(EXAMPLE).error).toBeUndefined();
  });

  it('explains each field, with an example of each', () => {
    const fields = [...parsedMailReference().matchAll(/^\| `([^`]+)` \| (.*?) \| (.*?) \| (.*?) \|$/gm)];
    // Objects and lists of objects have their examples in the rows of their fields.
    const shownBelow = (value: string) => /^(list of )?(object|\[\w+\]\(#\w+\))( or null)?$/.test(value);
    for (const [, name = '', value = '', meaning, example] of fields) {
      expect(meaning?.trim(), `meaning of ${name}`).not.toBe('');
      if (!shownBelow(value)) expect(example?.trim(), `example of ${name}`).not.toBe('');
    }
    expect(fields.length).toBeGreaterThan(200);
  });
});
