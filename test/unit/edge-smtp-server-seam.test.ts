import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { SMTPServer } from 'smtp-server';
import { SMTPConnection, TLS_SOCKET_OPTIONS } from 'smtp-server/lib/smtp-connection.js';
import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { describe, expect, it } from 'vitest';

/**
 * The edge overrides and calls methods of smtp-server that its author is free to change. These digests cover each of
 * them and the methods they work with. An update that changes one fails here until someone has read the change and
 * checked that our code still fits (edge-mta/connection.ts, server.ts, commands/command-reader.ts). Then write the new
 * digest.
 */
const SEAM: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  SMTPServer: {
    connect: '9818ea13a1c3',
    updateSecureContext: '643afa2b7bfe',
    _acceptSocket: 'f4c69396f94c',
  },
  SMTPConnection: {
    init: '1265a7d7ca8f',
    close: '4b80aaabd134',
    _createParser: '15ca8c360137',
    _setListeners: 'cf07ab6f47db',
    _onCloseEvent: '66ef4e7f2f72',
    _onClose: '097b8d221da5',
    _onError: 'ddcc47e46ea9',
    _armTimeout: 'b8bc04964752',
    upgrade: '6a3fa8a3ee41',
  },
  SMTPStream: {
    _write: 'a72635ce53e2',
    _flushData: '84553453dd02',
  },
};

/** Non-public members of smtp-server that the edge may use; docs/smtp.md has the table. */
const PRIVATE = ['_armTimeout', '_createParser', '_flushData', '_onClose', '_parser', '_setListeners', '_socket'];

const CLASSES = { SMTPServer, SMTPConnection, SMTPStream };

const digest = (method: unknown): string => createHash('sha256').update(String(method)).digest('hex').slice(0, 12);

describe('the seam to smtp-server', () => {
  it('is pinned to one version', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    const installed = JSON.parse(readFileSync('node_modules/smtp-server/package.json', 'utf8'));
    expect(dependencies['smtp-server']).toBe('3.21.6');
    expect(installed.version).toBe('3.21.6');
  });

  it.each(Object.entries(CLASSES))('is unchanged in %s', (name, { prototype }) => {
    const methods = Object.getOwnPropertyDescriptors(prototype);
    const found = Object.keys(SEAM[name] ?? {}).map((method) => [method, digest(Reflect.get(methods, method)?.value)]);
    expect(Object.fromEntries(found)).toEqual(SEAM[name]);
  });

  // test/long/edge-memory.test.ts checks that they include the option the edge adds.
  it('lists the socket options for STARTTLS', () => {
    expect(TLS_SOCKET_OPTIONS).toEqual(['requestCert', 'rejectUnauthorized', 'NPNProtocols', 'session', 'requestOCSP']);
  });

  it('is no wider than documented in docs/smtp.md', () => {
    const files = readdirSync('edge-mta', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const code = files.map((name) => readFileSync(`edge-mta/${name}`, 'utf8')).join('\n');
    const named = [...code.matchAll(/(?:this|super)\.(_[a-zA-Z]+)|override (_[a-zA-Z]+)\(/g)].map(
      (match) => match[1] ?? match[2],
    );
    expect([...new Set(named)].filter((name) => name !== '_server' && name !== '_write').sort()).toEqual(PRIVATE);
    const page = readFileSync('docs/smtp.md', 'utf8');
    for (const name of PRIVATE) expect(page).toContain(`\`${name}\``);
  });

  it('uses only the parser members that the edge sets', () => {
    expect(new SMTPStream()).toMatchObject({ isClosed: false });
  });
});
