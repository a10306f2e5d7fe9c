import type { ServerResponse } from 'node:http';

/** A white envelope on blue. Without it every browser asks for `/favicon.ico` and gets a 404. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1f55d0"/><path d="M6.5 9.5h19v13h-19ZM6.5 10.5 16 17l9.5-6.5" fill="none" stroke="#fff" stroke-width="2.4" stroke-linejoin="round"/></svg>`;

/** The page uses the first; browsers request the second for any other document. */
const PATHS: ReadonlySet<string> = new Set(['/favicon.svg', '/favicon.ico']);

export function serveIcon(response: ServerResponse, path: string): boolean {
  if (!PATHS.has(path)) return false;
  response.writeHead(200, { 'content-type': 'image/svg+xml', 'content-length': Buffer.byteLength(ICON) }).end(ICON);
  return true;
}
