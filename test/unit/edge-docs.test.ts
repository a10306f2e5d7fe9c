import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SMTP_LIMITS } from '../../core/mail/smtp-limits.ts';
import { queuedAs, REPLIES, replyCode } from '../../edge-mta/replies.ts';

const ROOM = 'edge-mta';
const page = readFileSync('docs/smtp.md', 'utf8');
const sources = readdirSync(ROOM, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const code = sources.map((name) => readFileSync(join(ROOM, name), 'utf8')).join('\n');

describe('docs/smtp.md', () => {
  it.each(Object.entries(SMTP_LIMITS))('explains what the limit %s stops', (name, { default: value, stops }) => {
    expect(page).toContain(`| \`${name}\` | ${value.toLocaleString('en')} | ${stops} |`);
  });

  it.each(Object.entries(REPLIES))('explains when the reply %s is given', (name, reply) => {
    expect(page).toContain(`| ${replyCode(reply)} | `);
    expect(code).toContain(`REPLIES.${name}`);
  });

  it('describes the only reply that accepts a mail', () => {
    expect(page).toContain(replyCode(queuedAs('')));
  });

  it('names only existing files', () => {
    const named = [...page.matchAll(/\| `([a-z-]+\/[a-z-]+\.ts|[a-z-]+\.ts)`/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(10);
    for (const name of named) expect(sources).toContain(name);
  });
});

describe('the limits', () => {
  it.each(Object.keys(SMTP_LIMITS))('%s is enforced', (name) => {
    expect(code).toMatch(new RegExp(`\\b${name}\\b`));
  });
});
