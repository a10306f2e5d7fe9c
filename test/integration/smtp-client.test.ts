import { type AddressInfo, createServer, type Server } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { PermanentError, TransientError } from '../../core/mail/errors.ts';
import { SmtpClient } from '../../core/smtp/smtp-client.ts';
import { sampleMails } from '../fixtures/samples.ts';

const ENVELOPE = { mailFrom: 'ada@example.org', rcptTo: ['inbox@example.com'] };
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Delivery {
  mailFrom: string;
  rcptTo: string[];
  bytes: Buffer;
  secure: boolean;
}

async function smtpServer(options: SMTPServerOptions = {}): Promise<{ port: number; deliveries: Delivery[] }> {
  const deliveries: Delivery[] = [];
  const server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    async onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk);
      deliveries.push({
        mailFrom: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
        rcptTo: session.envelope.rcptTo.map((recipient) => recipient.address),
        bytes: Buffer.concat(chunks),
        secure: session.secure,
      });
      callback(null, `2.0.0 queued as ID${deliveries.length}`);
    },
    ...options,
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: portOf(server.server), deliveries };
}

async function connect(port: number, timeoutMs = 5_000): Promise<SmtpClient> {
  const client = await SmtpClient.connect({ host: '127.0.0.1', port, timeoutMs });
  closing.unshift(async () => client.quit());
  return client;
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP');
  return address.port;
}

describe('SmtpClient', () => {
  it('delivers every sample byte for byte over one connection and reads the queue id', async () => {
    const { port, deliveries } = await smtpServer();
    const client = await connect(port);
    for (const [index, mail] of sampleMails().entries()) {
      const accepted = await client.send(mail.facts.envelope, mail.bytes);
      expect(accepted).toMatchObject({
        reply: `250 2.0.0 queued as ID${index + 1}`,
        queueId: `ID${index + 1}`,
        rejected: [],
      });
      expect(deliveries[index]).toMatchObject(mail.facts.envelope);
      expect(deliveries[index]?.bytes.equals(mail.bytes), mail.name).toBe(true);
    }
  });

  it('turns a bare LF into CRLF and ends the last line', async () => {
    const { port, deliveries } = await smtpServer();
    await (await connect(port)).send(ENVELOPE, Buffer.from('Subject: x\n\n.one\ntwo'));
    expect(deliveries[0]?.bytes.toString()).toBe('Subject: x\r\n\r\n.one\r\ntwo\r\n');
  });

  it('encrypts when the server offers it, whatever the certificate', async () => {
    const { port, deliveries } = await smtpServer({ hideSTARTTLS: false });
    await (await connect(port)).send(ENVELOPE, Buffer.from('x\r\n'));
    expect(deliveries[0]?.secure).toBe(true);
  });

  it('speaks plainly to a server without STARTTLS', async () => {
    const { port, deliveries } = await smtpServer();
    await (await connect(port)).send(ENVELOPE, Buffer.from('x\r\n'));
    expect(deliveries[0]?.secure).toBe(false);
  });

  it('names rejected recipients beside accepted ones', async () => {
    const { port } = await smtpServer({
      onRcptTo: ({ address }, _session, callback) =>
        address.startsWith('no') ? callback(Object.assign(new Error('unknown'), { responseCode: 550 })) : callback(),
    });
    const client = await connect(port);
    const accepted = await client.send(
      { ...ENVELOPE, rcptTo: ['yes@example.com', 'no@example.com'] },
      Buffer.from('x\r\n'),
    );
    expect(accepted.accepted).toEqual(['yes@example.com']);
    expect(accepted.rejected).toEqual([{ address: 'no@example.com', reply: expect.stringMatching(/^550 .*unknown/) }]);
  });

  it.each([
    { responseCode: 451, kind: TransientError, code: 'smtp.451' },
    { responseCode: 552, kind: PermanentError, code: 'smtp.552' },
  ])('rejects with the text of a $responseCode after DATA', async ({ responseCode, kind, code }) => {
    const { port } = await smtpServer({
      onData(stream, _session, callback) {
        stream.resume();
        stream.on('end', () => callback(Object.assign(new Error('not this one'), { responseCode })));
      },
    });
    const failure = (await connect(port)).send(ENVELOPE, Buffer.from('x\r\n'));
    await expect(failure).rejects.toThrow(kind);
    await expect(failure).rejects.toMatchObject({ code, message: expect.stringContaining('not this one') });
  });

  it('rejects an address that would end the command', async () => {
    const { port } = await smtpServer();
    const failure = (await connect(port)).send({ ...ENVELOPE, rcptTo: ['a@b>\r\nRSET'] }, Buffer.from('x\r\n'));
    await expect(failure).rejects.toMatchObject({ code: 'smtp.envelope', kind: 'permanent' });
  });

  it('rejects when nothing is listening', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const port = portOf(server);
    await new Promise((resolve) => server.close(resolve));
    await expect(connect(port)).rejects.toMatchObject({ code: 'smtp.unreachable', kind: 'transient' });
  });

  it('times out on a silent server', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    await expect(connect(portOf(server), 200)).rejects.toMatchObject({ code: 'smtp.timeout', kind: 'transient' });
  });

  it('rejects when the server leaves during DATA', async () => {
    const server = createServer((socket) => {
      socket.write('220 ready\r\n');
      socket.on('data', (data) => {
        if (data.toString().startsWith('DATA')) socket.write('354 go on\r\n', () => socket.destroy());
        else socket.write('250 fine\r\n');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const client = await SmtpClient.connect({ host: '127.0.0.1', port: portOf(server) });
    await expect(client.send(ENVELOPE, Buffer.alloc(1e6, 'x'))).rejects.toMatchObject({ kind: 'transient' });
  });
});
