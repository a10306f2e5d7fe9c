import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type Answer, AUTHORITATIVE_ANSWER, decode, encode, type RecordType } from 'dns-packet';

/** NXDOMAIN (RFC 1035 section 4.1.1), the answer for every name without an entry. */
const NO_SUCH_NAME = 3;
const SERVER_FAILURE = 2;

export type Zone = Record<string, { type: RecordType; data: string | string[] }[] | 'silent' | 'servfail'>;

export interface DnsServer {
  /** `127.0.0.1:53535` */
  address: string;
  /** Names queried, with their type, in order. */
  asked: string[];
  stop(): Promise<void>;
}

/**
 * A DNS server on loopback with its own zone. An MX may have a preference (`20 mx.test`; 10 without). `silent` names
 * get no answer, `servfail` names get a failure.
 * @param lossy drops the first datagram about each name
 */
export async function startDnsServer(zone: Zone, { lossy = false } = {}): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (packet, { port, address }) => {
    const query = decode(packet);
    const question = query.questions?.[0];
    if (question === undefined) return;
    const name = question.name.toLowerCase();
    const asking = `${question.type} ${name}`;
    const first = !asked.includes(asking);
    asked.push(asking);
    const entry = zone[name];
    if (entry === 'silent' || (lossy && first)) return;
    const answers = Array.isArray(entry) ? entry.filter(({ type }) => type === question.type) : [];
    const code = entry === 'servfail' ? SERVER_FAILURE : entry === undefined ? NO_SUCH_NAME : 0;
    const response = encode({
      type: 'response',
      id: query.id ?? 0,
      flags: AUTHORITATIVE_ANSWER | code,
      questions: [question],
      answers: answers.map(({ type, data }): Answer => answerOf(question.name, type, data)),
    });
    socket.send(response, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    async stop() {
      socket.close();
      await once(socket, 'close');
    },
  };
}

/** Splits long TXT data into strings of up to 255 bytes (RFC 1035 section 3.3.14). */
function answerOf(name: string, type: RecordType, data: string | string[]): Answer {
  if (type === 'TXT')
    return { name, type, ttl: 60, data: [data].flat().flatMap((text) => text.match(/.{1,255}/g) ?? []) };
  if (type === 'A' || type === 'AAAA' || type === 'PTR') return { name, type, ttl: 60, data: String(data) };
  if (type === 'CNAME') return { name, type, ttl: 60, data: String(data) };
  if (type === 'MX') {
    const [, preference = '10', exchange = ''] = /^(?:(\d+) )?(.*)$/.exec(String(data)) ?? [];
    return { name, type, ttl: 60, data: { preference: Number(preference), exchange } };
  }
  if (type === 'TLSA') {
    const [usage, selector, matchingType, certificate = ''] = String(data).split(' ');
    const numbers = { usage: Number(usage), selector: Number(selector), matchingType: Number(matchingType) };
    return { name, type, ttl: 60, data: { ...numbers, certificate: Buffer.from(certificate, 'hex') } };
  }
  throw new Error(`the test's DNS server has no ${type} records`);
}
