import type { IncomingMessage } from 'node:http';

/**
 * Null when a request may be served, otherwise why not. The local servers listen on 127.0.0.1 only, yet any page in
 * the user's browser can reach them: by a name it makes resolve to 127.0.0.1 (DNS rebinding: the Host header gives
 * that away), by a plain cross-site form post (the Origin header does), or by an image (Sec-Fetch-Site does).
 */
export function foreignRequest(request: IncomingMessage): string | null {
  const { host, origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = request.headers;
  if (host === undefined || !isLoopbackAuthority(host)) {
    return `Host is "${host ?? ''}": this server answers to 127.0.0.1 and localhost only`;
  }
  if (origin !== undefined && !isLoopbackOrigin(origin)) {
    return `Origin is "${origin}": pages of other sites may not call this server`;
  }
  // Images and scripts of other sites come without an Origin; links to here are followed by people.
  if (site === 'cross-site' && mode !== 'navigate') return 'pages of other sites may not call this server';
  return null;
}

/** `localhost` and every name below it are loopback by RFC 6761 section 6.3. */
function isLoopbackAuthority(authority: string): boolean {
  return /^(127\.0\.0\.1|\[::1\]|([a-z0-9.-]+\.)?localhost)(:\d{1,5})?$/i.test(authority);
}

function isLoopbackOrigin(origin: string): boolean {
  const match = /^https?:\/\/([^/]+)$/i.exec(origin);
  return match?.[1] !== undefined && isLoopbackAuthority(match[1]);
}
