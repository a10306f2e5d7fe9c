import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SMTPServer } from 'smtp-server';
import { SMTPConnection, TLS_SOCKET_OPTIONS } from 'smtp-server/lib/smtp-connection.js';
import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { describe, expect, it } from 'vitest';

/**
 * The edge overrides methods of smtp-server that its author is free to change. A digest of each of them, and of those
 * that they work with, makes an update fail here until somebody has read what changed in the named method and seen that
 * the override still fits (edge-mta/connection.ts, session.ts, server.ts, data/data-parser.ts). Then write the new digest.
 */
const SEAM: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  SMTPServer: {
    connect: '9818ea13a1c3',
    updateSecureContext: '643afa2b7bfe',
    _onError: '01d6f6dc6b8d',
    _acceptSocket: 'f4c69396f94c',
  },
  SMTPConnection: {
    init: '1265a7d7ca8f',
    connectionReady: '361a2b1de88f',
    send: 'c33568c0111a',
    close: '4b80aaabd134',
    _refuse: '7f256c60bb62',
    _sendGreeting: 'dc5cd4bb4b93',
    _createParser: '15ca8c360137',
    _setListeners: 'cf07ab6f47db',
    _onCloseEvent: '66ef4e7f2f72',
    _onClose: '097b8d221da5',
    _onError: 'ddcc47e46ea9',
    _onTimeout: 'f21be62dd64b',
    _armTimeout: 'b8bc04964752',
    _whenWritable: '4335aceb04b5',
    _onCommand: '41c8a1b7a32a',
    _isSupported: 'dbbb9a8918cf',
    _getEnhancedStatusCode: 'c0488b13c426',
    _resetSession: '2bf7682ca138',
    _transmissionType: '923b346437b2',
    handler_EHLO: '42394b3ad94f',
    handler_HELO: 'b95050ffd35b',
    handler_STARTTLS: '54e8a7f36219',
    handler_MAIL: 'a40618dd2e16',
    handler_RCPT: 'ef2acd7214ea',
    handler_DATA: '9eceecf35f56',
    upgrade: '6a3fa8a3ee41',
  },
  SMTPStream: {
    startDataMode: 'd007d5db8cb9',
    continue: 'ce5856923c79',
    _commandTooLong: '220e7cdf6e6d',
    _write: 'a72635ce53e2',
    _feedDataStream: '9d8b903f9a3a',
    _flushData: '84553453dd02',
    _endDataMode: '7de0cf3d0671',
  },
};

const CLASSES = { SMTPServer, SMTPConnection, SMTPStream };

const digest = (method: unknown): string => createHash('sha256').update(String(method)).digest('hex').slice(0, 12);

describe('the seam to smtp-server', () => {
  it('is pinned to one version', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    const installed = JSON.parse(readFileSync('node_modules/smtp-server/package.json', 'utf8'));
    expect(dependencies['smtp-server']).toBe('3.21.6');
    expect(installed.version).toBe('3.21.6');
  });

  it.each(Object.entries(CLASSES))('has not moved in %s', (name, { prototype }) => {
    const methods = Object.getOwnPropertyDescriptors(prototype);
    const found = Object.keys(SEAM[name] ?? {}).map((method) => [method, digest(Reflect.get(methods, method)?.value)]);
    expect(Object.fromEntries(found)).toEqual(SEAM[name]);
  });

  // Whether they get the one that the edge adds is seen in test/integration/edge-memory.test.ts.
  it('names the options of the sockets of STARTTLS', () => {
    expect(TLS_SOCKET_OPTIONS).toEqual(['requestCert', 'rejectUnauthorized', 'NPNProtocols', 'session', 'requestOCSP']);
  });

  it('reads DATA through nothing but the methods that are replaced', () => {
    const stream = new SMTPStream();
    // The fields that DataParser sets.
    expect(stream).toMatchObject({ _dataMode: false, _remainder: '', isClosed: false });
  });
});
