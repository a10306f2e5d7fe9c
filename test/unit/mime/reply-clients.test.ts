import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readReply, splitReply } from '../../../core/mime/derived/reply.ts';
import { ATTRIBUTIONS } from '../../fixtures/replies/attributions.ts';
import { BLOCKS } from '../../fixtures/replies/blocks.ts';
import { SIGNATURES } from '../../fixtures/replies/signatures.ts';
import { clientTable } from '../../fixtures/replies/table.ts';

const NEW = 'Three boxes, please.\n\nAnn';
const OLD = 'Two boxes of pencils?\nDo you need anything else?';
const MARKED = OLD.replace(/^/gm, '> ');
const all = (samples: typeof ATTRIBUTIONS) =>
  Object.entries(samples).flatMap(([client, languages]) =>
    Object.entries(languages).map(([language, sample]) => [client, language, sample] as const),
  );

describe('the new text above the quote of', () => {
  it.each(all(ATTRIBUTIONS))('%s in %s', (_client, _language, attribution) => {
    for (const quoted of [`${attribution}\n\n${MARKED}`, `${attribution}\n${MARKED}`, `${attribution}\n\n${OLD}`]) {
      expect(splitReply(`${NEW}\n\n${quoted}\n`)).toEqual({ text: NEW, quoted, signature: null });
    }
    // A reply below the quote: the quote is marked, and the text after it is new.
    expect(splitReply(`${attribution}\n\n${MARKED}\n\n${NEW}\n`)).toMatchObject({ text: NEW });
  });

  it.each(all(BLOCKS))('%s in %s', (_client, _language, block) => {
    const quoted = `${block}\n\n${OLD}`;
    expect(splitReply(`${NEW}\n\n${quoted}\n`)).toEqual({ text: NEW, quoted: quoted.trim(), signature: null });
  });
});

describe('the signature of a program', () => {
  const signatures = Object.entries(SIGNATURES).flatMap(([language, lines]) =>
    lines.map((line) => [language, line] as const),
  );
  it.each(signatures)('in %s: %s', (_language, signature) => {
    const quoted = `Max Muster <max@example.com> writes:\n${MARKED}`;
    expect(splitReply(`${NEW}\n\n${signature}\n\n${quoted}`)).toEqual({ text: NEW, quoted, signature });
  });
});

it('docs/replies.md lists the clients and languages of the samples', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../../docs/replies.md'), 'utf8');
  expect(page.split('\n').filter((line) => /^\| (?!Client|-)/.test(line))).toEqual(clientTable());
});

it('a signature in two languages is one', () => {
  const signature = "Sent via Bell Mobility's service.\nEnvoyé par le service de Bell Mobilité.";
  expect(splitReply(`${NEW}\n${signature}`)).toEqual({ text: NEW, quoted: null, signature });
});

describe('text that only resembles a quote', () => {
  it.each([
    'From: Berlin\nTo: Paris\nDate: 3 May\n\nThat is the journey.',
    'Von: Berlin\nAn: Wien\nDatum: 3. Mai',
    'To: do\nDate: soon\nand more',
    'A friend wrote in 2024 about these:\npencils',
    'Max wrote to me.\nThe rest follows.',
    'Please write to <max@example.com>:\nhe knows.',
    'Sent: three boxes\nReceived: two boxes',
    'Original message\nis what I miss',
    '--- and so on ---\nmore',
    'Sent with love,\n\nAnn',
    'Inviato da Maria ieri.\n\nCiao',
    'Gesendet von Hand am Montag.\n\nGruß',
    'Envoyé de Paris hier soir',
    'I sent from home what you asked for.',
    'Meeting at 9:15 on 16.11.2026:\nRoom 4',
    'On the agenda for 2026:\npencils',
    'Subject: pencils\nQuantity: 3\nPrice: 4',
    'We reply above this line of business with care.',
  ])('is new text: %j', (text) => {
    expect(splitReply(text)).toEqual({ text, quoted: null, signature: null });
  });
});

describe('a reply without new text', () => {
  const mail = { inReplyTo: ['1@example.org'], references: [], html: null, text: `-----Original Message-----\n${OLD}` };

  it('yields null, because the new text may be anywhere', () => {
    expect(readReply({ ...mail, subject: 'Re: Pencils' })).toBeNull();
    expect(
      readReply({ ...mail, subject: 'Re: Pencils', text: `##- Please type your reply above this line -##\n\n${OLD}` }),
    ).toBeNull();
  });

  it('yields the quoted text when the mail is forwarded', () => {
    for (const subject of ['Fwd: Pencils', 'WG: Pencils', 'TR : Pencils', '[Fwd: Pencils]']) {
      expect(readReply({ ...mail, subject })).toMatchObject({ text: '', quoted: mail.text });
    }
  });
});

describe('new text in the HTML of', () => {
  const old = '<p>Two boxes of pencils?</p>';
  const attribution =
    'On Mon, Nov 16, 2026 at 9:15 AM Max &lt;<a href="mailto:max@example.com">max@example.com</a>&gt; wrote:';
  const unknown = 'Max kirjutas 16. november:';
  it.each([
    [
      'Gmail',
      `<div dir="ltr">NEW</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">${attribution}<br></div><blockquote class="gmail_quote">${old}</blockquote></div>`,
    ],
    [
      'Gmail in a language that is not listed',
      `<div dir="ltr">NEW</div><div class="gmail_quote"><div class="gmail_attr">${unknown}<br></div><blockquote class="gmail_quote">${old}</blockquote></div>`,
    ],
    [
      'Gmail, answered below',
      `<div class="gmail_quote"><div class="gmail_attr">${attribution}<br></div><blockquote class="gmail_quote">${old}</blockquote></div><div>NEW</div>`,
    ],
    [
      'Gmail, which wraps the answer in a quote',
      `<div class="gmail_quote gmail_quote_container"><div dir="ltr">NEW</div></div>`,
    ],
    [
      'Thunderbird',
      `<p>NEW</p><div class="moz-cite-prefix">${unknown}<br></div><blockquote type="cite">${old}</blockquote>`,
    ],
    [
      'Thunderbird, answered below',
      `<div class="moz-cite-prefix">${unknown}<br></div><blockquote type="cite">${old}</blockquote><p>NEW</p>`,
    ],
    ['Roundcube', `<p>NEW</p><p id="reply-intro">${unknown}</p><blockquote type="cite">${old}</blockquote>`],
    ['Apple Mail', `NEW<br><div><br><blockquote type="cite"><div>${attribution}</div>${old}</blockquote></div>`],
    [
      'Outlook',
      `<p>NEW</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> Max<br><b>Sent:</b> now</p></div></div>${old}`,
    ],
    [
      'Outlook on the web',
      `<div>NEW</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Od:</b> Max</div>${old}`,
    ],
    ['Outlook for phones', `<div>NEW</div><hr><div id="mail-editor-reference-message-container">${old}</div>`],
    ['Yahoo', `<div>NEW</div><div class="yahoo_quoted"><div>${unknown}</div>${old}</div>`],
    ['Proton', `<div>NEW</div><div class="protonmail_quote">${unknown}<blockquote>${old}</blockquote></div>`],
    ['Zoho', `<div>NEW</div><div class="zmail_extra"><div>---- ${unknown} ----</div>${old}</div>`],
    ['Spark', `<div name="messageBodySection">NEW</div><div name="messageReplySection">${unknown}<br>${old}</div>`],
    ['Front', `<div>NEW</div><blockquote type="cite" class="front-blockquote">${old}</blockquote>`],
    ['GMX for Android', `<div>NEW</div><div class="mail_android_quote">${old}</div>`],
    ['NetEase', `<div>NEW</div><div id="isReplyContent">${old}</div>`],
    ['Missive', `<div>NEW</div><div class="missive_quote">${old}</div>`],
  ])('%s', (_client, html) => {
    const facts = { subject: null, inReplyTo: ['1@example.org'], references: [], text: null };
    const reply = readReply({ ...facts, html: html.replace('NEW', 'Three boxes, please.') });
    expect(reply?.text).toBe('Three boxes, please.');
    if (html.includes(old)) expect(reply?.quoted).toContain('Two boxes of pencils?');
  });
});
