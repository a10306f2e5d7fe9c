import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXAMPLE } from '../../core/mail/example.ts';
import { parsedMailJsonSchema } from '../../core/mail/json-schema.ts';
import { parsedMailSchema } from '../../core/mail/parsed-mail.ts';
import { parsedMailReference } from '../../core/mail/parsed-mail-reference.ts';

const published: unknown = JSON.parse(readFileSync('schema/parsed-mail-v1.json', 'utf8'));

describe('schema/parsed-mail-v1.json', () => {
  it('is what the source says', () => {
    expect(published, 'run: npm run docs').toEqual(parsedMailJsonSchema());
  });

  it('forbids nothing that a later v1 may add', () => {
    expect(JSON.stringify(published)).not.toContain('"additionalProperties":false');
    expect(JSON.stringify(published)).not.toContain('mime.truncated');
  });
});

describe('docs/parsed-mail-v1.md', () => {
  it('is what the source says', () => {
    expect(readFileSync('docs/parsed-mail-v1.md', 'utf8'), 'run: npm run docs').toBe(parsedMailReference());
  });

  it('has an example that the schema takes', () => {
    expect(parsedMailSchema.safeParse({ ...EXAMPLE, auth: null }).error).toBeUndefined();
  });

  it('says what each field of the document means', () => {
    const rows = parsedMailReference().split('\n');
    for (const name of Object.keys(parsedMailSchema.shape)) {
      const row = rows.find((line) => line.startsWith(`| \`${name}\` |`));
      expect(row?.split(' | ')[2]?.trim(), name).not.toBe('');
    }
  });
});
