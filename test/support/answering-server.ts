import { createServer, type Socket } from 'node:net';
import { listenOnLoopback } from '../../local/http/listen.ts';

export interface AnsweringServer {
  endpoint: string;
  /** Request lines so far. */
  requests: string[];
  stop(): Promise<void>;
}

/** A raw HTTP server: for each request, `answer` gets the head and body in Latin-1 and writes any bytes it likes. */
export async function startAnsweringServer(
  answer: (socket: Socket, request: string, number: number) => void,
): Promise<AnsweringServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let input = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      input += chunk.toString('latin1');
      for (;;) {
        const head = input.indexOf('\r\n\r\n') + 4;
        const length = head + Number(/^content-length: (\d+)/im.exec(input)?.[1] ?? 0);
        if (head < 4 || input.length < length) return;
        const request = input.slice(0, length);
        input = input.slice(length);
        requests.push(request.slice(0, request.indexOf(' HTTP/')));
        answer(socket, request, requests.length);
      }
    });
  });
  const endpoint = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
  return {
    endpoint,
    requests,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
