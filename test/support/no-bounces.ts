/** A mail that looks like a bounce or quotes one, but is not one. */
export interface NoBounce {
  about: string;
  mail: string;
}

const DSN_TEXT = [
  'This is the mail system at host mx.example.net.',
  '',
  "I'm sorry to have to inform you that your message could not be delivered.",
  '',
  '<kim@peer.example>: host mx.peer.example[192.0.2.7] said: 550 5.1.1 <kim@peer.example>: User unknown',
];
const quoted = (lines: readonly string[]) => lines.map((line) => `> ${line}`);

function mail(about: string, header: readonly string[], body: readonly string[]): NoBounce {
  return { about, mail: ['Date: Thu, 26 Nov 2026 10:00:00 +0000', ...header, '', ...body, ''].join('\r\n') };
}

function multipart(about: string, header: readonly string[], type: string, report: readonly string[]): NoBounce {
  return mail(
    about,
    [...header, `Content-Type: multipart/report; report-type=${type}; boundary=b`],
    ['--b', '', 'For people.', '--b', `Content-Type: message/${type}`, '', ...report, '--b--'],
  );
}

const AWAY: readonly (readonly [string, string])[] = [
  ['Out of Office: Offer 12', 'I am out of the office until Monday. Undelivered post goes to ben@example.org.'],
  ['Automatic reply: Invoice', 'I no longer work here. My mailbox is full and not read.'],
  ['Abwesenheitsnotiz: Angebot', 'Ich bin nicht im Büro. Ihre Nachricht wird nicht weitergeleitet.'],
  ['Automatische Antwort: Rechnung', 'Ihre E-Mail wurde nicht zugestellt? Rufen Sie an: bis Montag bin ich verreist.'],
  ['Réponse automatique : Devis', "Je suis absente jusqu'au 3. Pour une urgence : luc@example.org."],
  ['Respuesta automática: Pedido', 'Estoy de vacaciones hasta el lunes. Escriba a ana@example.org.'],
  ['Risposta automatica: Ordine', 'Sono fuori ufficio fino a lunedì. Scrivete a info@example.org.'],
  ['Resposta automática: Pedido', 'Estou fora do escritório até segunda-feira.'],
  ['Automatisch antwoord: Bestelling', 'Ik ben afwezig. Uw bericht kan niet worden beantwoord.'],
  ['Autosvar: Ordre', 'Jeg er på ferie. Skriv til post@example.org.'],
  ['自動応答: 見積り', '外出しております。急ぎの方は sato@example.org まで。'],
  ['Vacation: Re: plans', 'I am on vacation and could not be reached. Write to 550 Main Street.'],
];

const PEOPLE: readonly (readonly [string, string, readonly string[]])[] = [
  ['Fwd: Undelivered Mail Returned to Sender', 'Ann <ann@example.org>', ['Any idea why?', '', ...DSN_TEXT]],
  ['FW: Undeliverable: Offer', 'Ben <ben@example.org>', ['See below.', '', '-----Original Message-----', ...DSN_TEXT]],
  [
    'Re: Mail delivery failed: returning message to sender',
    'Ann <ann@example.org>',
    ['Fixed.', '', ...quoted(DSN_TEXT)],
  ],
  ['AW: Unzustellbar: Angebot', 'Eva <eva@example.org>', ['Die Adresse stimmt.', '', ...quoted(DSN_TEXT)]],
  ['WG: Failure notice', 'Eva <eva@example.org>', ['Bitte prüfen.', '', ...DSN_TEXT]],
  ['TR: Échec de la remise', 'Luc <luc@example.org>', ['Voir ci-dessous.', '', ...DSN_TEXT]],
  ['Our mails to you bounce', 'Ann <ann@example.org>', ['All of them come back:', '', ...quoted(DSN_TEXT)]],
  ['Question about 550 5.1.1', 'Kim <kim@example.org>', ['What does "550 5.1.1 User unknown" mean?']],
  [
    'Maintenance of the mail server',
    'Postmaster <postmaster@example.org>',
    ['On Sunday mails may be delayed.', '', 'Greetings'],
  ],
  [
    'Your ticket 4711',
    'Postmaster <postmaster@example.org>',
    ['We looked at the bounce you sent:', '', ...quoted(DSN_TEXT)],
  ],
  [
    'New rules for attachments',
    'postmaster@example.org',
    ['From 1 December on we take 50 MB. Write to help@example.org.'],
  ],
  ['Re: bounces', 'Postmaster <postmaster@example.org>', ['Solved: the address was wrong.', '', ...quoted(DSN_TEXT)]],
  [
    'Is kim@peer.example still right?',
    'Ann <ann@example.org>',
    ['My mail to kim@peer.example came back: user unknown.'],
  ],
  ['Undeliverable mails', 'Ann <ann@example.org>', ['My mails to kim@peer.example could not be delivered. Why?']],
  [
    'Delivery failure again',
    'Ben <ben@example.org>',
    ['The delivery to kim@peer.example failed with 550 5.1.1 again.'],
  ],
  [
    'Mail system error',
    'postmaster@example.org',
    ['Dear all,', '', 'last night mail could not be delivered for an hour.'],
  ],
  ['Mailbox full', 'IT <it@example.org>', ['Your mailbox is 95 % full. Please tidy up.']],
];

const PROGRAMS: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'Delivery failed: parcel 00340434',
    'Parcels <no-reply@parcels.example>',
    ['We could not deliver your parcel. Nobody was at home.'],
  ],
  [
    'Your delivery has been delayed',
    'Shop <orders@shop.example>',
    ['Delivery of order 77 has been delayed by two days.'],
  ],
  [
    'Undeliverable items in your basket',
    'Shop <news@shop.example>',
    ['Some items cannot be delivered to your address.'],
  ],
  [
    'Returned to sender: order 12',
    'Shop <orders@shop.example>',
    ['Your parcel came back to us. Write to care@shop.example.'],
  ],
  [
    'Delivery report for November',
    'Logistics <reports@logistics.example>',
    ['Delivered: 120. Failed: 3. Contact kim@logistics.example.'],
  ],
  ['Message failed', 'Chat <notify@chat.example>', ['Your message to #general failed to send. Open the app.']],
  ['Payment failed', 'Bank <no-reply@bank.example>', ['The transfer could not be carried out.']],
  [
    '[monitor] mail queue: 12 messages deferred',
    'root@host.example',
    ['12 deferred, oldest 4 h: connect to mx.peer.example: timed out'],
  ],
  ['Cron <root@host> /usr/bin/backup', 'Cron Daemon <root@host.example>', ['rsync: connection refused']],
  ['Logwatch for mx.example.org', 'logwatch@mx.example.org', ['5.1.1 Recipient unknown: 12 times, kim@peer.example']],
  [
    '[acme/mail] Bounce is not parsed (#12)',
    'Ann <notifications@forge.example>',
    ['The sample says:', '', ...DSN_TEXT],
  ],
  ['Build failed: mail-delivery', 'CI <ci@forge.example>', ['test "returned mail" failed: expected 550 5.1.1']],
  [
    'Weekly bounce summary',
    'Mailer <reports@mailer.example>',
    ['Hard bounces: 2 (kim@peer.example: 550 5.1.1 user unknown).'],
  ],
  ['Security alert: new sign-in', 'Accounts <no-reply@accounts.example>', ['We blocked an attempt to sign in.']],
  ['Rejected: application for leave', 'HR <hr@example.org>', ['Your application was rejected by the manager.']],
  ['Mail delivery: new opening hours', 'Post <info@post.example>', ['The counter opens at 8.']],
];

const CHALLENGES: readonly (readonly [string, string, string])[] = [
  [
    'Please confirm your message',
    'Kim <kim@peer.example>',
    'I protect my mailbox. Your message was not delivered yet: follow the link.',
  ],
  ['Confirm: Offer 12', 'tmda@peer.example', 'Your message is held until you confirm. It could not be delivered yet.'],
  [
    'Re: Offer (verification required)',
    'Spam filter <verify@peer.example>',
    'Your mail waits. Prove that you are human.',
  ],
  [
    '[BoxTrapper] Your email requires verification',
    'kim@peer.example',
    'The message you sent requires that you verify that you are a real person.',
  ],
  [
    'Verify your address',
    'challenge@peer.example',
    'Unknown user? We do not know you yet. Click to have your mail delivered.',
  ],
];

const LISTS: readonly (readonly [string, readonly string[]])[] = [
  ['[postfix-users] 550 5.1.1 explained', ['How do I read this?', '', ...quoted(DSN_TEXT)]],
  ['Mailman moderation: 3 requests', ['List: users@lists.example. Cause: post by non-member ben@example.org.']],
  [
    'Undelivered Mail Returned to Sender (was: help)',
    ['> could not be delivered', 'That is a bounce, unsubscribe kim@peer.example.'],
  ],
  ['Digest, vol. 12', ['1. Failure notice (Ann)', '', ...DSN_TEXT]],
  ['Bounce action notification', ['The member kim@peer.example was disabled for bouncing.']],
];

const ANSWERS_TO_RECEIPTS = ['displayed', 'deleted', 'dispatched', 'processed', 'denied', 'failed'];

const from = (sender: string, subject: string) => [
  `From: ${sender}`,
  'To: me@example.com',
  `Subject: ${subject}`,
  'Content-Type: text/plain; charset=utf-8',
];

/** Mails of every kind that must not suppress an address. */
export const NO_BOUNCES: readonly NoBounce[] = [
  ...['delivered', 'relayed', 'expanded', 'delivered (to mailbox)'].map((action) =>
    multipart(
      `a receipt: ${action}`,
      ['From: MAILER-DAEMON@mx.example.net', 'Subject: Successful Mail Delivery Report', 'Return-Path: <>'],
      'delivery-status',
      [
        'Reporting-MTA: dns; mx.example.net',
        '',
        'Final-Recipient: rfc822; kim@peer.example',
        `Action: ${action}`,
        'Status: 2.1.5',
      ],
    ),
  ),
  ...ANSWERS_TO_RECEIPTS.map((outcome) =>
    multipart(
      `a read receipt: ${outcome}`,
      ['From: Kim <kim@peer.example>', 'Subject: Not read: Offer', 'Return-Path: <>'],
      'disposition-notification',
      ['Final-Recipient: rfc822; kim@peer.example', `Disposition: manual-action/MDN-sent-manually; ${outcome}`],
    ),
  ),
  ...AWAY.map(([subject, text]) =>
    mail(
      `an absence: ${subject}`,
      [
        'Return-Path: <>',
        'Auto-Submitted: auto-replied',
        'In-Reply-To: <1@example.com>',
        ...from('Kim <kim@peer.example>', subject),
      ],
      [text],
    ),
  ),
  ...PEOPLE.map(([subject, sender, text]) => mail(`a person: ${subject}`, from(sender, subject), text)),
  ...PROGRAMS.map(([subject, sender, text]) => mail(`a program: ${subject}`, from(sender, subject), text)),
  ...CHALLENGES.map(([subject, sender, text]) =>
    mail(
      `a challenge: ${subject}`,
      ['Return-Path: <>', 'Auto-Submitted: auto-replied', ...from(sender, subject)],
      [text],
    ),
  ),
  ...LISTS.map(([subject, text]) =>
    mail(
      `a list: ${subject}`,
      ['List-Id: <users.lists.example>', 'Precedence: list', ...from('users@lists.example', subject)],
      text,
    ),
  ),
];
