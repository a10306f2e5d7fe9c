import { METADATA_ENVELOPE } from '../../../core/mail/envelope.ts';
import { mintMailId } from '../../../core/mail/id.ts';
import { rawKey } from '../../../core/mail/keys.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import { SmtpSocket } from '../smtp-socket.ts';
import type { FaultPlan } from './fault-plan.ts';

/** The route whose queue does not exist. */
export const BROKEN = 'broken';

/**
 * Two routes with recipients of their own. One has a queue in addition to the parsed-mail queue; the queue of the other
 * does not exist.
 */
export const ROUTING = {
  tagSeparator: null,
  routes: ['second', BROKEN].map((name) => ({
    name,
    recipients: [name],
    kinds: null,
    headers: null,
    maxMailBytes: null,
    messageLimitBytes: 256 * 1024,
    enrichment: null,
  })),
};

/**
 * How a client delivers.
 * - `stubborn` retries until it gets a 250.
 * - `once` makes one attempt, whatever the reply.
 * - `leaves in DATA` disconnects in the middle of DATA.
 * - `leaves after DATA` disconnects right after the final dot, then behaves like `stubborn`.
 * - `bare LF` sends a bare LF, which the edge refuses.
 */
export type Manner = 'stubborn' | 'once' | 'leaves in DATA' | 'leaves after DATA' | 'bare LF';

const MANNERS: readonly (readonly [Manner, number])[] = [
  ['leaves in DATA', 0.06],
  ['bare LF', 0.09],
  ['once', 0.14],
  ['leaves after DATA', 0.19],
];

export interface StormMail {
  token: string;
  manner: Manner;
  rcptTo: string[];
  /** Whether it has a recipient whose queue does not exist, in addition to those of the two queues that do. */
  broken: boolean;
  data: string;
}

const BROKEN_SHARE = 0.2;

/** A mail with a unique subject. Some have an attachment, some an envelope too large for the object metadata. */
export function stormMail(plan: FaultPlan, token: string): StormMail {
  const [manner, size, shape] = [plan.random('mails'), plan.random('mails'), plan.random('mails')];
  const chosen = MANNERS.find(([, below]) => manner < below)?.[0] ?? 'stubborn';
  const text = 'word '.repeat(Math.ceil(size * size * 2_000));
  const attached = ['', '--b', 'Content-Disposition: attachment; filename=a.bin', '', text, '--b--'];
  const lines = [
    'From: ann@client.test',
    `Subject: ${token}`,
    `Message-ID: <${token}@client.test>`,
    'Date: Sun, 22 Nov 2026 10:00:00 +0000',
    shape < 0.3 ? 'Content-Type: multipart/mixed; boundary=b' : 'Content-Type: text/plain',
    '',
    ...(shape < 0.3 ? ['--b', '', 'text', ...attached] : [text]),
    '',
  ];
  const count = shape > 0.97 ? 90 : 1;
  const broken = plan.random('mails') < BROKEN_SHARE;
  return {
    token,
    manner: chosen,
    rcptTo: [
      ...Array.from({ length: count }, (_, at) => `recipient-${at}@ours.test`),
      'second@ours.test',
      ...(broken ? ['broken@ours.test'] : []),
    ],
    broken,
    data: lines.join('\r\n'),
  };
}

/** Stores a mail that no attempt can parse, so its only outcome is a failure. Returns its id. */
export async function storePoison(store: ObjectStore, bucket: string): Promise<string> {
  const id = mintMailId();
  const metadata = { [METADATA_ENVELOPE]: 'no envelope' };
  await store.put({ bucket, key: rawKey(id) }, Buffer.from('Subject: poison\r\n\r\n'), { metadata });
  return id;
}

/** `accepted` has the id, `refused` is permanent, and after `unsure` the client may retry. */
export type Answered = { code: 'accepted'; id: string } | { code: 'refused' } | { code: 'unsure' };

const UNSURE: Answered = { code: 'unsure' };

/** Makes one delivery attempt. */
export async function deliver(
  port: number,
  mail: StormMail,
  leave: 'in DATA' | 'after DATA' | null,
): Promise<Answered> {
  const client = await SmtpSocket.open(port).catch(() => null);
  if (client === null) return UNSURE;
  try {
    const commands = ['EHLO client.test', 'MAIL FROM:<ann@client.test>', ...mail.rcptTo.map((to) => `RCPT TO:<${to}>`)];
    if (!(await client.reply()).startsWith('220')) return UNSURE;
    for (const command of commands) if (!(await client.command(command)).startsWith('250')) return UNSURE;
    if (!(await client.command('DATA')).startsWith('354')) return UNSURE;
    if (leave === 'in DATA') {
      await sent(client, mail.data.slice(0, mail.data.length / 2));
      return UNSURE;
    }
    await sent(client, `${mail.data}${mail.manner === 'bare LF' ? 'bare\nLF\r\n' : ''}.\r\n`);
    return leave === 'after DATA' ? UNSURE : answer(await client.reply());
  } finally {
    client.destroy();
  }
}

function answer(reply: string): Answered {
  const id = /^250 .*queued as (\S+)/.exec(reply)?.[1];
  if (id !== undefined) return { code: 'accepted', id };
  return reply.startsWith('5') ? { code: 'refused' } : UNSURE;
}

const sent = (client: SmtpSocket, bytes: string): Promise<void> =>
  new Promise((resolve) => client.socket.write(bytes, () => resolve()));
