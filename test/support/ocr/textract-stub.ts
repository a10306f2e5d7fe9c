import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { createTextractClient } from '../../../core/aws/textract-client.ts';
import { listenOnLoopback } from '../../../local/http/listen.ts';

export interface TextractRequest {
  operation: string;
  body: Record<string, unknown>;
}

/** An answer in the service's format: JSON, an error by name, arbitrary bytes, or none at all. */
export type TextractAnswer =
  | { json: unknown }
  | { error: string; status?: number }
  | { bytes: string; status?: number }
  | 'hang'
  | 'cut';

/** Amazon Textract over HTTP (AWS JSON 1.1), as far as its answers have been observed. */
export class TextractStub {
  readonly requests: TextractRequest[] = [];
  readonly #server: Server;
  /** Answers by operation; throws for an unexpected one. */
  answer: (request: TextractRequest) => TextractAnswer = ({ operation }) => {
    throw new Error(`unexpected ${operation}`);
  };
  #url = '';

  constructor() {
    this.#server = createServer(async (incoming, response) => {
      const operation = String(incoming.headers['x-amz-target']).replace('Textract.', '');
      const request = { operation, body: JSON.parse(await text(incoming)) };
      this.requests.push(request);
      send(response, this.answer(request));
    });
  }

  static async start(): Promise<TextractStub> {
    const stub = new TextractStub();
    stub.#url = `http://127.0.0.1:${await listenOnLoopback(stub.#server, 0)}`;
    return stub;
  }

  /** A client configured like the function's; one attempt per request by default. */
  client(maxAttempts = 1) {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    return createTextractClient({ endpoint: this.#url, region: 'eu-west-1', credentials, maxAttempts });
  }

  operations(): string[] {
    return this.requests.map(({ operation }) => operation);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function send(response: ServerResponse, answer: TextractAnswer): void {
  if (answer === 'hang') return;
  if (answer === 'cut') return void response.destroy();
  const type = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'stub' };
  if ('json' in answer) response.writeHead(200, type).end(JSON.stringify(answer.json));
  else if ('bytes' in answer) response.writeHead(answer.status ?? 200, type).end(answer.bytes);
  else {
    const body = JSON.stringify({ __type: answer.error, Message: `${answer.error} by the stub` });
    response.writeHead(answer.status ?? 400, type).end(body);
  }
}
