import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { foreignRequest } from '../../http/loopback-host.ts';
import type { ConsoleAssets } from '../assets.ts';

/** Of every answer that says nothing else: what comes from a mail loads nothing, runs nothing and is framed by nobody. */
export const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** The page runs its one script, known by its hash like its style sheet, and talks to this server alone. */
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
 * Null when a request may be served, otherwise why not. Other pages of this machine are foreign too, whatever their port:
 * what serves them is another program.
 */
export function foreignToConsole(request: IncomingMessage): string | null {
  const foreign = foreignRequest(request);
  if (foreign !== null) return foreign;
  const { host, origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = request.headers;
  if (origin !== undefined && origin !== `http://${host}`) {
    return `Origin is "${origin}": only the console's own page may call it`;
  }
  if (site === 'same-site' && mode !== 'navigate') return 'only the console itself may call it';
  return null;
}

/** What the page has and no other page can read: changes ask for it. New with each start. */
export class PageToken {
  readonly text = randomBytes(32).toString('base64url');

  isIn({ headers }: IncomingMessage): boolean {
    const given = Buffer.from(String(headers['x-console-token'] ?? ''));
    const own = Buffer.from(this.text);
    return given.length === own.length && timingSafeEqual(given, own);
  }
}
