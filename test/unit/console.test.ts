import { describe, expect, it } from 'vitest';
import { contentDisposition } from '../../local/console/content-disposition.ts';
import { html } from '../../local/console/html.ts';
import { listView, mailView } from '../../local/console/views.ts';
import { attachment, parsedMail } from '../support/parsed-mail.ts';

const HOSTILE = '</title><script>alert(1)</script>"\' onload=x &amp;';

describe('html', () => {
  it('escapes every value, and leaves what is HTML already', () => {
    const inner = html`<b title="${HOSTILE}">${HOSTILE}</b>`;
    expect(html`<p>${inner}${[inner]}${1}</p>`.text).toBe(`<p>${inner.text}${inner.text}1</p>`);
    expect(inner.text).not.toMatch(/<script|<img/);
    expect(inner.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39; onload=x &amp;amp;');
  });
});

describe('the pages', () => {
  const hostile = parsedMail({
    subject: HOSTILE,
    from: [{ name: HOSTILE, address: `${HOSTILE}@example.org`, plusTag: null, group: null }],
    text: HOSTILE,
    html: '<img src="http://tracker.example/x.png">',
    attachments: [attachment({ filename: HOSTILE, contentType: HOSTILE })],
    steps: [{ name: 'ocr', partId: HOSTILE, status: 'failed', provider: 'test', ms: 1.5, reason: HOSTILE, costUsd: 0 }],
    defects: [{ code: 'mime.truncated', partId: HOSTILE, detail: HOSTILE }],
  });

  it('show nothing of a mail as HTML', () => {
    const pages = [listView({ mails: [{ id: hostile.id, mail: hostile }], olderThan: null }, true), mailView(hostile)];
    for (const page of pages) expect(page).not.toMatch(/<script|<img/);
  });

  it('say what was done, and why not', () => {
    const step = { name: 'malware', partId: '2', status: 'failed', provider: 'clamd', ms: 12.4, costUsd: 0 } as const;
    const page = mailView(parsedMail({ steps: [{ ...step, reason: 'it is not there' }] }));
    expect(page).toContain('<code>malware</code> of part 2: failed by clamd in 12 ms: <bdi>it is not there</bdi><br>');
  });

  it('show a mail that has nothing', () => {
    const bare = parsedMail({ subject: null, from: [], to: [], envelope: null, attachments: [], defects: [] });
    expect(mailView(bare)).toContain('(no subject)');
    expect(listView({ mails: [{ id: bare.id, mail: null }], olderThan: bare.id }, false)).toContain(
      `?before=${bare.id}`,
    );
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
