import type { IncomingMessage } from 'node:http';

/**
 * Null when a request may be served, otherwise the reason why not. The local servers listen on 127.0.0.1 only, yet any
 * page in the user's browser can reach them: through a name that resolves to 127.0.0.1 (DNS rebinding, visible in the
 * Host header), a plain cross-site form post (visible in Origin), or an image (visible in Sec-Fetch-Site).
 */
export function foreignRequest(request: IncomingMessage): string | null {
  const { host, origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = request.headers;
  if (host === undefined || !isLoopbackAuthority(host)) {
    return `Host is "${host ?? ''}": this server only answers to 127.0.0.1 and localhost`;
  }
  if (origin !== undefined && !isLoopbackOrigin(origin)) {
    return `Origin is "${origin}": pages of other sites may not call this server`;
  }
  // Requests for images and scripts have no Origin; navigation means that a person followed a link.
  if (site === 'cross-site' && mode !== 'navigate') return 'pages of other sites may not call this server';
  return null;
}

/** `localhost` and all names below it are loopback (RFC 6761 section 6.3). */
function isLoopbackAuthority(authority: string): boolean {
  return /^(127\.0\.0\.1|\[::1\]|([a-z0-9.-]+\.)?localhost)(:\d{1,5})?$/i.test(authority);
}

function isLoopbackOrigin(origin: string): boolean {
  const match = /^https?:\/\/([^/]+)$/i.exec(origin);
  return match?.[1] !== undefined && isLoopbackAuthority(match[1]);
}
