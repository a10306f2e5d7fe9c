import { request } from 'node:http';
import { text } from 'node:stream/consumers';

export interface RawReply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export type RawHttp = (
  method: string,
  path: string,
  options?: { headers?: Record<string, string>; body?: string },
) => Promise<RawReply>;

/** Sends requests unchanged: paths are not normalised, and only Host and the length of a body are added. */
export function rawHttp(endpoint: string): RawHttp {
  const { hostname, port } = new URL(endpoint);
  return (method, path, { headers = {}, body = '' } = {}) => {
    const hasLength = (method === 'PUT' || method === 'POST') && headers['transfer-encoding'] === undefined;
    const length = hasLength ? { 'content-length': Buffer.byteLength(body) } : {};
    return new Promise((resolve, reject) => {
      const options = { hostname, port, method, path, headers: { ...length, ...headers }, agent: false };
      const outgoing = request(options, (reply) => {
        const answer = (content: string) => ({ status: reply.statusCode ?? 0, headers: reply.headers, body: content });
        text(reply).then((content) => resolve(answer(content)), reject);
      });
      outgoing.on('error', reject).end(body);
    });
  };
}
