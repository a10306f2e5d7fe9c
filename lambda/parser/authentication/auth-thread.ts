import { Readable } from 'node:stream';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { authenticate } from '../../../core/auth/authenticate.ts';
import { CachingResolver } from '../../../core/auth/dns-resolver.ts';
import { errorText } from '../../../core/mail/errors.ts';
import { asBuffer, blockStream } from '../../../core/reading/blocks.ts';
import type { Channel } from '../../../core/stream/channel.ts';
import { type AuthThreadData, authThreadSchema, type FromAuth, type ToAuth } from './protocol.ts';

/** Milliseconds until a DNS query is resent. */
const QUERY_MS = 1_000;

/**
 * Milliseconds that a mail waits for DNS in total: a stranger's name servers must not hold mails back. Counted in
 * ticks: while the thread works on another mail none pass, and answers that arrived meanwhile are read first.
 */
const DNS_MS = 3_000;
const TICK_MS = 100;

/** The file of the deployment package that the authentication thread runs. */
if (parentPort !== null) serveAuthentication(parentPort, authThreadSchema.parse(workerData));

/** The inside of the authentication thread: hostile headers, hashing and DNS, without AWS clients or environment. */
function serveAuthentication(port: MessagePort, { dnsServers }: AuthThreadData): void {
  const resolver = new CachingResolver({ servers: dnsServers, queryMs: QUERY_MS });
  const sources = new Map<number, Channel>();
  const post = (message: FromAuth) => port.postMessage(message);

  async function serve({
    mail,
    client,
    author,
    fields,
    signed,
  }: Extract<ToAuth, { type: 'authenticate' }>): Promise<void> {
    const source = blockStream(() => post({ type: 'source-taken', mail }));
    if (signed) sources.set(mail, source);
    const message = signed ? Readable.from(source, { objectMode: false }) : null;
    // Key lookups begin after the last byte, and so does the time for DNS.
    const late = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const startClock = () => {
      let waited = 0;
      timer = setInterval(() => {
        waited += TICK_MS;
        if (waited >= DNS_MS) late.abort();
      }, TICK_MS);
    };
    if (message === null) startClock();
    else message.once('end', startClock);
    try {
      const auth = await authenticate({ message, client, author, fields }, resolver.until(late.signal));
      post({ type: 'authenticated', mail, auth });
    } catch (error) {
      post({ type: 'failed', mail, reason: errorText(error) });
    } finally {
      clearInterval(timer);
      sources.delete(mail);
    }
  }

  port.on('message', (message: ToAuth) => {
    if (message.type === 'authenticate') void serve(message);
    else if (message.type === 'source') sources.get(message.mail)?.push(asBuffer(message.bytes));
    else sources.get(message.mail)?.end();
  });
}
