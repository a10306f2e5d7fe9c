import { createServer, type Server } from 'node:http';

export interface HealthSource {
  /** False while draining: the balancer sends no new connections. A store that fails does not make an edge unready. */
  ready(): boolean;
}

/** `GET /live` and `GET /ready` on a port of its own: a check on the SMTP port would be half a session. */
export function healthServer(source: HealthSource): Server {
  return createServer((request, response) => {
    const [status, text] = answer(request.url ?? '', source);
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
  });
}

function answer(path: string, source: HealthSource): [number, string] {
  if (path === '/live') return [200, 'live\n'];
  if (path === '/ready') return source.ready() ? [200, 'ready\n'] : [503, 'draining\n'];
  return [404, 'not found\n'];
}
