import { createServer, type Server } from 'node:http';
import { PROMETHEUS_CONTENT_TYPE } from './metrics/prometheus.ts';

export type EdgeState = 'starting' | 'ready' | 'draining';

export interface HealthSource {
  /**
   * `starting` until the store has accepted one object, so that a deployment whose store rejects everything rolls back.
   * A store that fails later does not make the edge unready. While `draining`, the load balancer sends no new
   * connections.
   */
  state(): EdgeState;
  /** Prometheus text. */
  metrics(): string;
}

/**
 * `GET /live`, `/ready` and `/metrics` on a separate port: a health check on the SMTP port would be half a session.
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
      return readiness(source.state());
    case '/metrics':
      return { status: 200, text: source.metrics(), type: PROMETHEUS_CONTENT_TYPE };
    default:
      return { status: 404, text: 'not found: use /live, /ready or /metrics\n' };
  }
}

const readiness = (state: EdgeState) => ({ status: state === 'ready' ? 200 : 503, text: `${state}\n` });
