import { describe, expect, it } from 'vitest';
import { cleanCss } from '../../../local/console/content/clean-css.ts';
import { cleanHtml } from '../../../local/console/content/clean-html.ts';

const PIXEL = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=';
const clean = (html: string) => cleanHtml(html, (id) => (id === 'logo@x' ? PIXEL : null));
const nothing = { remote: 0, remoteHosts: [], active: 0, missingImages: 0 };

describe('HTML of a mail', () => {
  it('keeps its text, formatting and embedded images', () => {
    const html =
      '<table bgcolor="#fff" width=600><tr><td style="color: red" align=center>Grüße &amp; <b>mehr</b><br>' +
      '<img src="cid:logo%40x" alt="Logo"></td></tr></table>';
    expect(clean(html)).toEqual({
      html:
        '<table bgcolor="#fff" width="600"><tr><td style="color: red" align="center">Grüße &amp; <b>mehr</b><br>' +
        `<img src="${PIXEL}" alt="Logo"></td></tr></table>`,
      ...nothing,
    });
  });

  it.each([
    ['a script', 'a<script>alert(1)</script>b', 'ab', { active: 1 }],
    ['a script that is not closed', 'a<script>alert(1)', 'a', { active: 1 }],
    ['an event handler', '<p onclick="x()" ONLOAD=y>a</p>', '<p>a</p>', { active: 2 }],
    ['SVG with all that is in it', 'a<svg><script>x</script><a href=x>t</a></svg>b', 'ab', { active: 1 }],
    ['SVG that is closed at once', 'a<svg/>b', 'ab', { active: 1 }],
    ['SVG inside SVG', 'a<svg><svg></svg><p>c</p></svg>b', 'ab', { active: 1 }],
    ['MathML', 'a<math><mtext><img src=x onerror=y></mtext></math>b', 'ab', { active: 1 }],
    ['a form, but not its words', '<form action=https://e.example>a<input name=p></form>', 'a', { active: 2 }],
    ['a base', '<base href="https://e.example/">a', 'a', { active: 1, remote: 1, remoteHosts: ['e.example'] }],
    ['a refresh', '<meta http-equiv=refresh content="0;url=https://e.example">a', 'a', { active: 1 }],
    [
      'a prefetch',
      '<link rel=dns-prefetch href=//e.example>a',
      'a',
      { active: 1, remote: 1, remoteHosts: ['e.example'] },
    ],
    ['a frame', '<iframe srcdoc="<script>x</script>">f</iframe>a', 'a', { active: 1 }],
    ['a remote picture', '<img src=https://e.example/p.gif>', '<img>', { remote: 1, remoteHosts: ['e.example'] }],
    ['a picture of this server', '<img src=/mails/x/raw>', '<img>', { remote: 1 }],
    ['a picture in SVG', '<img src="data:image/svg+xml,<svg/>">', '<img>', { missingImages: 1 }],
    ['a picture that the mail lacks', '<img src=cid:none>', '<img>', { missingImages: 1 }],
    ['a set of pictures', '<img srcset="https://e.example/1 1x">', '<img>', { remote: 1, remoteHosts: ['e.example'] }],
    ['a comment', 'a<!--[if mso]><img src=x><![endif]-->b', 'ab', {}],
    ['a text field, which would hide what ends it', 'a<textarea></p></textarea>b', 'ab', { active: 1 }],
    [
      'a link that runs a script',
      '<a href=" java&#10;script:x">a</a>',
      '<a title="java\nscript:x">a</a>',
      { active: 1 },
    ],
    ['a title, which would hide its content', 'a<title><b></title>b', 'ab', {}],
  ])('lacks %s', (_what, html, shown, counts) => {
    expect(clean(html)).toEqual({ html: shown, ...nothing, ...counts });
  });

  it('has links that open in a new tab and show their target', () => {
    expect(clean('<a href="https://e.example/?a=1&b=2" target=_top>a</a>').html).toBe(
      '<a href="https://e.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer" title="https://e.example/?a=1&amp;b=2">a</a>',
    );
    expect(clean('<a href="#part">a</a>').html).toBe('<a href="#part">a</a>');
    expect(clean('<a href="mailto:a@b.example">a</a>').html).toBe('<a title="mailto:a@b.example">a</a>');
  });

  it('cannot break out of an attribute or a style sheet', () => {
    expect(clean(`<p title='"><script>x</script>'>`).html).toBe('<p title="&quot;&gt;&lt;script&gt;x&lt;/script&gt;">');
    expect(clean('<style>a::before{content:"</sty</style><script>x</script>').html).not.toContain('<script');
    expect(clean('<style>p{color:red}').html).toBe('<style>p{color:red}</style>');
  });

  it.each([
    ['elements', '<div>'],
    ['closing tags without elements', '</x>'],
    ['attributes', '<p a '],
    ['attributes of one tag', ' a=b c'],
    ['entities', '&amp;'],
    ['open brackets', '<'],
    ['style sheets', '<style>a{'],
    ['comments', '<!--'],
    ['scripts', '<script>'],
  ])('is read in linear time: a million characters of %s', (_what, piece) => {
    const cpu = (html: string) => {
      const before = process.cpuUsage();
      clean(html);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const text = (length: number) => `<p ${piece.repeat(length / piece.length)}`;
    cpu(text(100_000));
    expect(cpu(text(1_000_000))).toBeLessThan(Math.max(40 * cpu(text(100_000)), 2_000_000));
  });
});

describe('CSS of a mail', () => {
  const place = (url: string) => (url === 'cid:a' ? 'data:image/gif;base64,AA' : null);
  const NONE = 'url("data:,")';

  it.each([
    [
      'p { color: red; background: #fff url(cid:a) no-repeat }',
      'p { color: red; background: #fff url("data:image/gif;base64,AA") no-repeat }',
    ],
    ['a{b:url(https://e.example)}', `a{b:${NONE}}`],
    ['a{b:url( "https://e.example" )}', 'a{b:url( "data:," )}'],
    ['a{b:u\\72l(https://e.example)}', `a{b:${NONE}}`],
    ['a{b:\\75 \\72 \\6c (https://e.example)}', `a{b:${NONE}}`],
    ['a{b:image-set("https://e.example" 1x)}', 'a{b:image-set("data:," 1x)}'],
    ['a{b:image-set(var(--x) 1x)}', 'a{b:image-set( 1x)}'],
    ['a{b:-webkit-image-set(url(https://e.example) 1x)}', `a{b:-webkit-image-set(${NONE} 1x)}`],
    ['@import "https://e.example"; a{b:c}', ' a{b:c}'],
    ['@\\69mport url(https://e.example) screen; a{b:c}', ' a{b:c}'],
    ['@font-face { src: url(https://e.example) } a{b:c}', ' a{b:c}'],
    ['@media print { @import "x" } a{b:c}', '@media print { } a{b:c}'],
    ['a::before{content:"</style><script>"}', 'a::before{content:"\\3c /style>\\3c script>"}'],
    ['<!-- a{b:c} -->', '  a{b:c}  '],
    ['/* x */a{b:c}', ' a{b:c}'],
    ['a{b:url("a\\"b")', 'a{b:url("data:,")'],
    ['a{font-family:"url(x)"}', 'a{font-family:"url(x)"}'],
  ])('%s', (css, shown) => {
    expect(cleanCss(css, place)).toBe(shown);
  });
});
