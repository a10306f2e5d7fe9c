import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { VERSION } from '../../core/mail/version.ts';
import manifest from '../../package.json' with { type: 'json' };

it('is the version of package.json', () => {
  expect(VERSION).toBe(manifest.version);
});

it('is refused by no Node.js that package.json allows, and by every older one', () => {
  const [, needed] = /const NEEDED = '(.*)'/.exec(readFileSync('core/process/prepare.mjs', 'utf8')) ?? [];
  expect(`>=${needed}`).toBe(manifest.engines.node);
});
