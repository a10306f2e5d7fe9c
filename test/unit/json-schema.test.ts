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
    expect(parsedMailSchema.safeParse(EXAMPLE).error).toBeUndefined();
  });

  it('says what each field means, and shows an example of each', () => {
    const fields = [...parsedMailReference().matchAll(/^\| `([^`]+)` \| (.*?) \| (.*?) \| (.*?) \|$/gm)];
    // Objects and lists of them show theirs in the rows of their fields.
    const shownBelow = (value: string) => /^(list of )?(object|\[\w+\]\(#\w+\))( or null)?$/.test(value);
    for (const [, name = '', value = '', meaning, example] of fields) {
      expect(meaning?.trim(), `meaning of ${name}`).not.toBe('');
      if (!shownBelow(value)) expect(example?.trim(), `example of ${name}`).not.toBe('');
    }
    expect(fields.length).toBeGreaterThan(200);
  });
});
