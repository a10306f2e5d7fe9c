import { type IncomingMessage, type OutgoingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { jsonOf } from '../../core/mail/json.ts';

/** Maximum bytes of an answer. rspamd lists its symbols with descriptions, which take tens of kilobytes. */
const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * Posts a body and returns the JSON of a 200; does not follow redirects. Each request uses a new connection, because
 * one closed by the server while idle would look like a failure.
 *
 * @param signal aborts it at any point
 * @throws in every other case
 */
export async function post(
  url: URL,
  headers: OutgoingHttpHeaders,
  body: readonly Buffer[],
  signal: AbortSignal,
): Promise<unknown> {
  const length = body.reduce((sum, piece) => sum + piece.length, 0);
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const outgoing = send(url, {
    method: 'POST',
    headers: { ...headers, 'content-length': length },
    agent: false,
    signal,
  });
  try {
    const response = new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve).once('error', reject);
      outgoing.once('close', () => reject(new Error('the connection was closed')));
    });
    for (const piece of body) outgoing.write(piece);
    outgoing.end();
    return await answerOf(await response);
  } finally {
    outgoing.on('error', () => {}).destroy();
  }
}

async function answerOf(response: IncomingMessage): Promise<unknown> {
  if (response.statusCode !== 200) throw new Error(`it answered ${response.statusCode}`);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return jsonOf(Buffer.concat(chunks).toString());
}
