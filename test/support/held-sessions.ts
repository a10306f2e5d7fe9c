import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as tlsConnect } from 'node:tls';
import { SmtpSocket } from './smtp-socket.ts';

/** What a client does to occupy memory before it goes silent. */
const HELD = {
  /** EHLO in the clear. */
  plain: async (client: SmtpSocket) => {
    await client.reply();
    await client.command('EHLO client.test');
  },
  /** EHLO over TLS. */
  tls: async (client: SmtpSocket) => {
    await HELD.plain(client);
    await client.command('STARTTLS');
    await client.startTls();
    await client.command('EHLO client.test');
  },
  /** A ClientHello, and nothing after it. */
  handshake: async (client: SmtpSocket) => {
    await HELD.plain(client);
    await client.command('STARTTLS');
    client.send(await clientHello());
    // The server's flight.
    await client.more();
  },
  /** The start of a mail over TLS, with the maximum number of recipients and as many refused ones. */
  data: async (client: SmtpSocket) => {
    await HELD.tls(client);
    await client.command('MAIL FROM:<a@b.test>');
    client.send(RECIPIENTS.map((address) => `RCPT TO:<${address}>\r\n`).join(''));
    for (const _ of RECIPIENTS) await client.reply();
    await client.command('DATA');
    client.send('Subject: held\r\n');
  },
} as const;

export type HeldKind = keyof typeof HELD;

/** Addresses of 254 octets, the longest a path allows (RFC 5321 §4.5.3.1.3). */
const RECIPIENTS = Array.from({ length: 200 }, (_, at) => `recipient-${at}@${'domain.'.repeat(34)}test`.slice(0, 254));

/** Concurrent handshakes. */
const ABREAST = 40;
/** Sessions per address: below `connectionsPerSource`. */
const OF_ONE_ADDRESS = 200;

/** The first flight of a TLS client. */
function clientHello(): Promise<Buffer> {
  return new Promise((resolve) => {
    const wire = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        resolve(chunk);
        done();
      },
    });
    // It waits for the server's answer until the process ends.
    tlsConnect({ socket: wire }).on('error', () => {});
  });
}

/**
 * Opens sessions and leaves them open.
 *
 * @param network third octet of 127.1.x.y, the source addresses
 */
export async function hold(port: number, kind: HeldKind, count: number, network: number): Promise<SmtpSocket[]> {
  const held: SmtpSocket[] = [];
  const open = async () => {
    while (held.length < count) {
      const address = `127.1.${network}.${1 + Math.floor(held.length / OF_ONE_ADDRESS)}`;
      const client = new SmtpSocket(connect({ port, host: '127.0.0.1', localAddress: address }));
      held.push(client);
      await HELD[kind](client);
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, open));
  return held;
}
