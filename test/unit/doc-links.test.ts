import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(file));
const pages = tracked.filter((file) => file.endsWith('.md'));
const sources = tracked.filter((file) => /\.(ts|tsx|mjs|json|md)$/.test(file) && !file.startsWith('test/fixtures/'));

const withoutCode = (text: string): string => text.replaceAll(/^```.*?^```/gms, '').replaceAll(/`[^`\n]*`/g, '');

/** Anchors as GitHub generates them from headings; a repeated heading gets a number. */
function anchorsOf(page: string): Set<string> {
  const seen = new Map<string, number>();
  const text = readFileSync(page, 'utf8').replaceAll(/^```.*?^```/gms, '');
  const headings = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set(
    headings.map((anchor) => {
      const before = seen.get(anchor) ?? 0;
      seen.set(anchor, before + 1);
      return before === 0 ? anchor : `${anchor}-${before}`;
    }),
  );
}

/** What is wrong with a relative link of a page; null if it is valid. */
function fault(page: string, link: string): string | null {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : normalize(join(dirname(page), decodeURI(path)));
  if (!existsSync(target)) return `${link}: there is no ${target}`;
  if (anchor === undefined) return null;
  if (statSync(target).isDirectory() || !target.endsWith('.md')) return null;
  return anchorsOf(target).has(anchor) ? null : `${link}: ${target} has no such heading`;
}

describe('the links of the documentation', () => {
  it.each(pages)('lead from %s to files and headings that exist', (page) => {
    const text = readFileSync(page, 'utf8');
    const links = [
      ...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g),
      ...withoutCode(text).matchAll(/(?:src|href)="([^"]+)"/g),
    ].map(([, link = '']) => link);
    const relative = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(relative.map((link) => fault(page, link)).filter((found) => found !== null)).toEqual([]);
  });

  it('that code, messages and generated files name as docs/….md lead to pages that exist', () => {
    const dead = sources.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/(?<![\w/.-])docs\/[\w-]+\.md\b/g)]
        .map(([path]) => path)
        .filter((path) => !existsSync(path))
        .map((path) => `${file}: ${path}`),
    );
    expect(dead).toEqual([]);
  });
});
