import { describe, expect, it } from 'vitest';
import { contentDisposition } from '../../../local/console/http/content-disposition.ts';
import { html } from '../../../local/console/http/html.ts';

const HOSTILE = '</title><script>alert(1)</script>"\' onload=x &amp;';

describe('html', () => {
  it('escapes every value except trusted HTML', () => {
    const inner = html`<b title="${HOSTILE}">${HOSTILE}</b>`;
    expect(html`<p>${inner}${[inner]}${1}</p>`.text).toBe(`<p>${inner.text}${inner.text}1</p>`);
    expect(inner.text).not.toMatch(/<script|<img/);
    expect(inner.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39; onload=x &amp;amp;');
  });
});

describe('the name of a download', () => {
  it.each([
    ['report.pdf', `attachment; filename="report.pdf"; filename*=UTF-8''report.pdf`],
    ['写真 1.png', `attachment; filename="__ 1.png"; filename*=UTF-8''%E5%86%99%E7%9C%9F%201.png`],
    [
      `a"b\r\nSet-Cookie: x'`,
      `attachment; filename="a_b__Set-Cookie_ x_"; filename*=UTF-8''a%22b%0D%0ASet-Cookie%3A%20x%27`,
    ],
    ['\ud800.txt', `attachment; filename="_.txt"; filename*=UTF-8''%EF%BF%BD.txt`],
  ])('%j', (filename, header) => {
    expect(contentDisposition(filename)).toBe(header);
  });
});
