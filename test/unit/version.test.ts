import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { VERSION } from '../../core/mail/version.ts';
import manifest from '../../package.json' with { type: 'json' };

it('the version is that of package.json', () => {
  expect(VERSION).toBe(manifest.version);
});

it('every Node.js that package.json allows is accepted, and every older one is refused', () => {
  const [, needed] = /const NEEDED = '(.*)'/.exec(readFileSync('core/process/prepare.mjs', 'utf8')) ?? [];
  expect(`>=${needed}`).toBe(manifest.engines.node);
});
