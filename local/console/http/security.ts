import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { foreignRequest } from '../../http/loopback-host.ts';
import type { ConsoleAssets } from '../assets.ts';

/** Default headers of every answer: content from a mail loads nothing, runs nothing and cannot be framed. */
export const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** The page runs only its own script, identified by hash like its style sheet, and connects only to this server. */
export function pagePolicy({ script, style }: ConsoleAssets): string {
  return [
    "default-src 'none'",
    `script-src '${hash(script)}'`,
    `style-src '${hash(style)}'`,
    "connect-src 'self'",
    "img-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const hash = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

/**
 * Null when a request may be served, otherwise the reason why not. Pages from other ports of this machine are foreign
 * too: another program serves them.
 */
export function foreignToConsole(request: IncomingMessage): string | null {
  const foreign = foreignRequest(request);
  if (foreign !== null) return foreign;
  const { host, origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = request.headers;
  if (origin !== undefined && origin !== `http://${host}`) {
    return `Origin is "${origin}": only the console's own page may call this server`;
  }
  if (site === 'same-site' && mode !== 'navigate') return 'only the console itself may call this server';
  return null;
}

/** A secret that only the console's page can read; changes require it. New at each start. */
export class PageToken {
  readonly text = randomBytes(32).toString('base64url');

  isIn({ headers }: IncomingMessage): boolean {
    const given = Buffer.from(String(headers['x-console-token'] ?? ''));
    const own = Buffer.from(this.text);
    return given.length === own.length && timingSafeEqual(given, own);
  }
}
