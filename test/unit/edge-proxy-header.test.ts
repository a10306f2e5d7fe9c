import { Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { awaitProxyHeader } from '../../edge-mta/proxy/await-proxy-header.ts';
import { type ProxyHeader, readProxyHeader, V2_SIGNATURE } from '../../edge-mta/proxy/proxy-header.ts';
import { proxyNetworks } from '../../edge-mta/proxy/proxy-networks.ts';

const ascii = (text: string) => Buffer.from(text, 'latin1');

function v2(command: number, family: number, addresses: string, length = addresses.length / 2): Buffer {
  return Buffer.concat([V2_SIGNATURE, Buffer.from([command, family, length >> 8, length & 0xff]), hex(addresses)]);
}

const hex = (digits: string) => Buffer.from(digits, 'hex');

/** 198.51.100.7:40000 to 192.0.2.1:25. */
const IPV4 = 'c6336407c00002019c400019';
/** 2001:db8::7 port 40000 to 2001:db8::1 port 25. */
const IPV6 = '20010db800000000000000000000000720010db80000000000000000000000019c400019';
const MAPPED = '00000000000000000000ffffc633640720010db80000000000000000000000019c400019';

const clientOf = (header: ProxyHeader) => (typeof header === 'string' ? header : header.client);

describe('readProxyHeader', () => {
  it.each([
    ['PROXY TCP4 198.51.100.7 192.0.2.1 40000 25\r\n', { address: '198.51.100.7', port: 40_000 }],
    ['PROXY TCP6 2001:DB8:0::7 2001:db8::1 40000 25\r\n', { address: '2001:db8::7', port: 40_000 }],
    ['PROXY TCP6 ::ffff:c633:6407 2001:db8::1 0 25\r\n', { address: '198.51.100.7', port: 0 }],
    ['PROXY UNKNOWN\r\n', null],
    ['PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n', null],
  ])('reads version 1: %j', (line, client) => {
    const header = readProxyHeader(ascii(`${line}EHLO behind\r\n`));
    expect(header).toEqual({ bytes: line.length, client });
  });

  it.each([
    ['TCP over IPv4', v2(0x21, 0x11, IPV4), { address: '198.51.100.7', port: 40_000 }],
    ['TCP over IPv6', v2(0x21, 0x21, IPV6), { address: '2001:db8::7', port: 40_000 }],
    ['an IPv4 client in IPv6 form', v2(0x21, 0x21, MAPPED), { address: '198.51.100.7', port: 40_000 }],
    ['TLVs behind the addresses', v2(0x21, 0x11, `${IPV4}0400020000`), { address: '198.51.100.7', port: 40_000 }],
    ['LOCAL, which has no client', v2(0x20, 0x00, ''), null],
    ['LOCAL with addresses that mean nothing', v2(0x20, 0x11, IPV4), null],
    ['an unspecified family', v2(0x21, 0x00, '00'), null],
    ['a Unix socket', v2(0x21, 0x31, '00'.repeat(216)), null],
    ['UDP', v2(0x21, 0x12, IPV4), null],
  ])('reads version 2: %s', (_, bytes, client) => {
    expect(readProxyHeader(Buffer.concat([bytes, ascii('EHLO behind\r\n')]))).toEqual({ bytes: bytes.length, client });
  });

  it.each([
    ['EHLO client.test\r\n'],
    ['PROXY TCP4 198.51.100.7 192.0.2.1 40000 25\n'],
    ['PROXY  TCP4 198.51.100.7 192.0.2.1 40000 25\r\n'],
    ['PROXY TCP4 198.51.100.07 192.0.2.1 40000 25\r\n'],
    ['PROXY TCP4 198.51.100.256 192.0.2.1 40000 25\r\n'],
    ['PROXY TCP4 2001:db8::7 2001:db8::1 40000 25\r\n'],
    ['PROXY TCP6 198.51.100.7 192.0.2.1 40000 25\r\n'],
    ['PROXY TCP6 fe80::7%eth0 2001:db8::1 40000 25\r\n'],
    ['PROXY TCP4 198.51.100.7 192.0.2.1 40000 65536\r\n'],
    ['PROXY TCP4 198.51.100.7 192.0.2.1 040000 25\r\n'],
    ['PROXY TCP4 198.51.100.7 192.0.2.1 40000\r\n'],
    ['PROXY TCP5 198.51.100.7 192.0.2.1 40000 25\r\n'],
    ['proxy TCP4 198.51.100.7 192.0.2.1 40000 25\r\n'],
    [`PROXY UNKNOWN ${'x'.repeat(100)}\r\n`],
  ])('refuses %j', (line) => {
    expect(readProxyHeader(ascii(line))).toBe('invalid');
  });

  it.each([
    ['version 1 of the binary form', v2(0x11, 0x11, IPV4)],
    ['an unknown command', v2(0x22, 0x11, IPV4)],
    ['an unknown family', v2(0x21, 0x41, IPV4)],
    ['an unknown transport', v2(0x21, 0x13, IPV4)],
    ['addresses that are too short', v2(0x21, 0x21, IPV4)],
    ['a length above the limit, before its bytes have come', v2(0x21, 0x11, IPV4, 65_535)],
  ])('refuses %s', (_, bytes) => {
    expect(readProxyHeader(bytes)).toBe('invalid');
  });

  it('waits for the whole header, wherever it is split', () => {
    const headers = [v2(0x21, 0x21, `${IPV6}040000`), ascii('PROXY TCP4 198.51.100.7 192.0.2.1 40000 25\r\n')];
    for (const header of headers) {
      for (let length = 0; length < header.length; length++) {
        expect(readProxyHeader(header.subarray(0, length))).toBe('partial');
      }
      expect(clientOf(readProxyHeader(header))).toMatchObject({ port: 40_000 });
    }
  });

  it('never reads beyond the available bytes', () => {
    const begins = fc.constantFrom(V2_SIGNATURE, ascii('PROXY TCP4 '), ascii('PROXY '), Buffer.alloc(0));
    fc.assert(
      fc.property(begins, fc.uint8Array({ maxLength: 300 }), (begin, rest) => {
        const header = readProxyHeader(Buffer.concat([begin, rest]));
        if (typeof header !== 'string') expect(header.bytes).toBeLessThanOrEqual(begin.length + rest.length);
      }),
    );
  });
});

describe('awaitProxyHeader', () => {
  afterEach(() => void vi.useRealTimers());

  it('waits at most five seconds for the whole header', async () => {
    vi.useFakeTimers();
    const socket = new Socket();
    let result: unknown = 'waiting';
    void awaitProxyHeader(socket, new AbortController().signal).then((awaited) => {
      result = awaited;
    });
    socket.push('PROXY ');
    await vi.advanceTimersByTimeAsync(4_000);
    socket.push('TCP4 ');
    await vi.advanceTimersByTimeAsync(999);
    expect(result).toBe('waiting');
    await vi.advanceTimersByTimeAsync(1);
    expect(result).toBe('late');
    socket.destroy();
  });
});

describe('proxyNetworks', () => {
  const listed = proxyNetworks(['192.0.2.1', '10.0.0.0/8', '2001:db8::/32', '::1']);
  it.each([
    ['192.0.2.1', true],
    ['192.0.2.2', false],
    ['10.255.0.1', true],
    ['11.0.0.1', false],
    ['2001:db8:ffff::1', true],
    ['2001:db9::1', false],
    ['::1', true],
    ['', false],
  ])('%s: %s', (address, expected) => {
    expect(listed(address)).toBe(expected);
  });
});
