import { createServer, type Server } from 'node:http';
import { PROMETHEUS_CONTENT_TYPE } from './metrics/prometheus.ts';

export interface HealthSource {
  /** False while draining: the balancer sends no new connections. A store that fails does not make an edge unready. */
  ready(): boolean;
  /** Prometheus text. */
  metrics(): string;
}

/**
 * `GET /live`, `/ready` and `/metrics` on a port of its own: a check on the SMTP port would be half a session.
 */
export function healthServer(source: HealthSource): Server {
  return createServer((request, response) => {
    const { status, text, type = 'text/plain; charset=utf-8' } = answer(request.url ?? '', source);
    response.writeHead(status, { 'content-type': type }).end(text);
  });
}

function answer(path: string, source: HealthSource): { status: number; text: string; type?: string } {
  switch (path) {
    case '/live':
      return { status: 200, text: 'live\n' };
    case '/ready':
      return source.ready() ? { status: 200, text: 'ready\n' } : { status: 503, text: 'draining\n' };
    case '/metrics':
      return { status: 200, text: source.metrics(), type: PROMETHEUS_CONTENT_TYPE };
    default:
      return { status: 404, text: 'there are /live, /ready and /metrics here\n' };
  }
}
