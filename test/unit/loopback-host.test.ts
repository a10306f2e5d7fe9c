import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { foreignRequest } from '../../local/http/loopback-host.ts';

function request(headers: Record<string, string>): IncomingMessage {
  const message = new IncomingMessage(new Socket());
  message.headers = headers;
  return message;
}

describe('foreignRequest', () => {
  it.each(['127.0.0.1', '127.0.0.1:4566', 'localhost:8025', 'raw-mail.localhost:4566', '[::1]:80', 'LOCALHOST'])(
    'serves Host %s',
    (host) => {
      expect(foreignRequest(request({ host }))).toBeNull();
    },
  );

  it.each([
    'evil.example',
    'evil.example:4566',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'notlocalhost',
    '',
    '0.0.0.0',
    '127.0.0.1@evil.example',
  ])('refuses Host "%s"', (host) => {
    expect(foreignRequest(request({ host }))).toContain('Host');
  });

  it('refuses a request without Host', () => {
    expect(foreignRequest(request({}))).toContain('Host');
  });

  it('refuses a cross-site request, and the opaque origin', () => {
    const host = '127.0.0.1:4566';
    expect(foreignRequest(request({ host, origin: 'https://evil.example' }))).toContain('Origin');
    expect(foreignRequest(request({ host, origin: 'null' }))).toContain('Origin');
    expect(foreignRequest(request({ host, origin: 'http://127.0.0.1:8025' }))).toBeNull();
  });

  it('refuses images and scripts for another site, which send no Origin, and serves links from there', () => {
    const site = { host: '127.0.0.1:4566', 'sec-fetch-site': 'cross-site' };
    expect(foreignRequest(request({ ...site, 'sec-fetch-mode': 'no-cors' }))).toContain('other sites');
    expect(foreignRequest(request({ ...site, 'sec-fetch-mode': 'navigate' }))).toBeNull();
    expect(foreignRequest(request({ ...site, 'sec-fetch-site': 'same-origin' }))).toBeNull();
  });
});
