import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsedMailJsonSchema } from '../../core/mail/json-schema.ts';

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
