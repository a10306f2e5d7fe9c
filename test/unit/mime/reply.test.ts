import { describe, expect, it } from 'vitest';
import { quotingText } from '../../../core/mime/derived/html-text.ts';
import { readReply, splitReply } from '../../../core/mime/derived/reply.ts';
import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import { sampleMail } from '../../fixtures/samples.ts';
import { readMail } from './read-mail.ts';

const ANSWER = { subject: null, inReplyTo: ['1@example.org'], references: [], text: null, html: null };

describe('a reply', () => {
  it('is split into new text, quote and signature, while the text stays complete', async () => {
    const { content } = await readMail(new StreamingMimeReader(), sampleMail('reply').bytes);
    expect(content.reply).toEqual({
      text: 'Three boxes instead of two, please.',
      quoted: [
        'On Mon, 16 Nov 2026 at 09:15, Inbox <inbox@example.com> wrote:',
        '> We will send two boxes of pencils.',
        '> Anything else?',
      ].join('\n'),
      signature: '-- \nBela Muster\nExample Trading',
    });
    expect(content.text).toContain('> Anything else?');
  });

  it('is null for a mail that replies to none', () => {
    expect(readReply({ ...ANSWER, inReplyTo: [], text: 'Hello\n> quoted' })).toBeNull();
    expect(readReply({ ...ANSWER, inReplyTo: [], subject: 'AW: x', text: 'Hello' })?.text).toBe('Hello');
    expect(readReply(ANSWER)).toBeNull();
  });

  it.each([
    ['On Mon, Nov 16, 2026 at 9:15 AM Inbox <inbox@example.com> wrote:'],
    ['On Mon, Nov 16, 2026 at 9:15 AM A Very Long Name Indeed <\ninbox@example.com> wrote:'],
    ['Am 16.11.2026 um 09:15 schrieb Inbox <inbox@example.com>:'],
    ['Am Mo., 16. Nov. 2026 um 09:15 Uhr schrieb Inbox <inbox@example.com>:'],
    ['Le lun. 16 nov. 2026 à 09:15, Inbox <inbox@example.com> a écrit :'],
    ['El lun, 16 nov 2026 a las 9:15, Inbox (<inbox@example.com>) escribió:'],
    ['Il giorno lun 16 nov 2026 alle ore 09:15 Inbox <inbox@example.com> ha scritto:'],
    ['Em seg., 16 de nov. de 2026 às 09:15, Inbox <inbox@example.com> escreveu:'],
    ['Op ma 16 nov 2026 om 09:15 schreef Inbox <inbox@example.com>:'],
    ['Den mån 16 nov. 2026 kl 09:15 skrev Inbox <inbox@example.com>:'],
    ['W dniu 16.11.2026 o 09:15, Inbox pisze:'],
    ['在 2026年11月16日，Inbox <inbox@example.com> 写道：'],
    ['2026年11月16日(月) 9:15 Inbox <inbox@example.com>:\n'.replace(':\n', ' のメッセージ:')],
    ['2026년 11월 16일 오전 9:15, Inbox <inbox@example.com>님이 작성:'],
    ['Inbox <inbox@example.com> wrote:'],
    ['-----Original Message-----'],
    ['-----Ursprüngliche Nachricht-----'],
    ['---------- Forwarded message ---------'],
    ['From: Inbox <inbox@example.com>\nSent: Monday, November 16, 2026 9:15 AM\nTo: Bela\nSubject: Order'],
    ['________________________________\nVon: Inbox\nGesendet: Montag, 16. November 2026\nAn: Bela\nBetreff: x'],
    ['De : Inbox\nEnvoyé : lundi 16 novembre 2026\nÀ : Bela\nObjet : x'],
  ])('ends where the quoted mail begins: %s', (attribution) => {
    const { text, quoted, signature } = splitReply(`Three boxes.\n\nThank you\n\n${attribution}\n\nAnything else?\n`);
    expect(text).toBe('Three boxes.\n\nThank you');
    expect(quoted).toBe(`${attribution}\n\nAnything else?`);
    expect(signature).toBeNull();
  });

  it('keeps text that resembles an attribution', () => {
    for (const text of [
      'On Monday I ordered three things:\npencils',
      'I wrote to bob@example.org about these 3:\npencils',
      'From: Berlin to Paris',
      'To: do\nFrom: here',
      '--\nitem',
      'On 2026-11-16 I wrote this.\nAnd more.',
    ]) {
      expect(splitReply(text).quoted).toBeNull();
    }
  });

  it('includes text between and below quoted lines', () => {
    const { text, quoted } = splitReply(
      'On 16 Nov 2026, Inbox wrote:\n> Two boxes?\n\nThree.\n\n> Anything else?\n\nNo.\n\n-- \nBela',
    );
    expect(text).toBe('Three.\n\nNo.');
    expect(quoted).toBe('On 16 Nov 2026, Inbox wrote:\n> Two boxes?\n\n> Anything else?');
  });

  it.each([
    'Sent from my iPhone',
    'Von meinem iPhone gesendet',
    'Envoyé de mon iPhone',
    'Get Outlook for iOS<https://x>',
  ])('has the signature line of a phone: %s', (line) => {
    expect(splitReply(`Yes.\n\n${line}\n\nOn 16 Nov 2026, Inbox wrote:\n> Really?`)).toEqual({
      text: 'Yes.',
      quoted: 'On 16 Nov 2026, Inbox wrote:\n> Really?',
      signature: line,
    });
  });
});

describe('a reply that is HTML only', () => {
  const reply = (html: string) => readReply({ ...ANSWER, html });

  it('of Gmail is split, with its signature', () => {
    expect(
      reply(
        '<div dir="ltr"><style>p{}</style>Three &amp; more<br><div class="gmail_signature">Bela</div></div><br>' +
          '<div class="gmail_quote"><div class="gmail_attr">On 16 Nov 2026 Inbox wrote:<br></div><blockquote>Two?</blockquote></div>',
      ),
    ).toEqual({
      text: 'Three & more',
      quoted: 'On 16 Nov 2026 Inbox wrote:\n\n> Two?'.replace('\n\n', '\n'),
      signature: '-- \nBela',
    });
  });

  it('of Outlook and of Apple Mail is split', () => {
    const outlook = reply(
      '<p>Yes.</p><div id="divRplyFwdMsg"><b>From:</b> Inbox<br><b>Sent:</b> now</div><div>Really?</div>',
    );
    expect(outlook).toMatchObject({ text: 'Yes.', quoted: 'From: Inbox\nSent: now\nReally?' });
    const apple = reply(
      '<div>Yes.</div><div><blockquote type="cite"><div>On 16 Nov 2026, at 09:15, Inbox &lt;i@x.org&gt; wrote:</div><div>Really?</div></blockquote></div>',
    );
    expect(apple).toMatchObject({ text: 'Yes.', quoted: expect.stringContaining('> Really?') });
  });
});

describe('the time to split a reply', () => {
  const families: [string, string][] = [
    ['attributions', 'Op a 1@ schreef b\n'],
    ['openings', 'On 2026 <a\n'],
    ['angles', `A ${'<'.repeat(200)}${'@'.repeat(190)}\n`],
    ['header blocks', 'From: a\n'],
    ['fields', 'To: a\n'],
    ['fields and empty lines', 'To:\n\n'],
    ['rows of a table', '| From | \n'],
    ['links', 'Sent from my <https:'],
    ['verbs', 'x wrote 2026 <a@b> <a@b>\n'],
    ['colons', `${'1:11 2026 '.repeat(39)}:\n`],
    ['dashes around', '---- 2026 a --- \n'],
    ['rules', '-----\n'],
    ['spaces', ' '],
    ['marks', '> '],
  ];
  it.each(families)('is bounded for text: %s', (_, unit) => {
    const { text, quoted } = splitReply(unit.repeat(Math.ceil((256 * 1024) / unit.length)));
    expect(text.length + (quoted?.length ?? 0)).toBeGreaterThanOrEqual(0);
  });

  it.each(['<', '<div', '<style>', '<!--', '<blockquote>', '<br>', '&amp;', '&#', '<p class="gmail_quote">'])(
    'is bounded for HTML: %s',
    (unit) => {
      expect(typeof quotingText(unit.repeat(Math.ceil((256 * 1024) / unit.length)))).toBe('string');
    },
  );
});
