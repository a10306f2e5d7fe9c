import { signed } from '../../test/support/signed-mail.ts';

/** Whose key signs the mails. */
export const DOMAIN = 'example.com';

const PARAGRAPHS = [
  'Thank you for the samples, they arrived yesterday and we have already shown them to two of our customers, who liked the finish but asked about the weight.',
  'Could you tell us by Friday whether the second colour can be delivered in the same week? We would then order both together and save the freight of one pallet.',
  'The invoice for October shows a discount of two per cent that we agreed for payment within ten days; please correct the total before we release it.',
  'Our warehouse will be closed between Christmas and New Year, so nothing can be unloaded there after the twenty-third of December.',
  'I have copied Peter, who looks after the contracts here and will send you the signed version with the dates that we discussed on the telephone.',
];

/** Ordinary mails of about 3.7 KB: text beside HTML, with a signature. Each differs from the others in all of its texts. */
export function ordinaryMails(): Promise<string[]> {
  return Promise.all(PARAGRAPHS.map((_, number) => signed(mail(number), DOMAIN)));
}

function mail(number: number): string {
  const paragraphs = PARAGRAPHS.map((_, at) => PARAGRAPHS[(at + number) % PARAGRAPHS.length] ?? '');
  const text = ['Dear Joan,', '', ...paragraphs.flatMap((each) => [wrapped(each), '']), 'Kind regards', 'Ann'];
  const html = [
    '<html><body><p>Dear Joan,</p>',
    ...paragraphs.map((each) => `<p>${wrapped(each)}</p>`),
    '</body></html>',
  ];
  return [
    `Received: by mail-${number}.${DOMAIN} with ESMTPS id 4XyZ12${number}; Sun, 29 Nov 2026 11:59:58 +0000`,
    `From: "Ann Arbor" <ann@${DOMAIN}>`,
    'To: Orders <orders@example.net>',
    `Subject: Re: Order ${4711 + number} and the samples`,
    'Date: Sun, 29 Nov 2026 11:59:57 +0000',
    `Message-ID: <${number}.20261129115957@${DOMAIN}>`,
    `In-Reply-To: <${number}.20261128@example.net>`,
    `References: <${number}.20261127@example.net> <${number}.20261128@example.net>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary="=_alternative"',
    '',
    '--=_alternative',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 7bit',
    '',
    ...text,
    '--=_alternative',
    'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: 7bit',
    '',
    ...html,
    '--=_alternative--',
    '',
  ].join('\r\n');
}

const wrapped = (text: string): string => text.replace(/(.{1,76})( |$)/g, '$1\r\n').trimEnd();
