import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { listenOnPort } from '../../local/http/listen-on-port.ts';

it.each([
  ['127.0.0.1', undefined],
  ['127.0.0.2', '127.0.0.2'],
])('listens on %s when the address is %s, and says so when the port is taken', async (address, given) => {
  const [server, second] = [createServer(), createServer()];
  onTestFinished(() => void server.close());
  const port = await listenOnPort(server, 0, '--web-port', given);
  expect(server.address()).toMatchObject({ address, port });
  await expect(listenOnPort(second, port, '--web-port', given)).rejects.toThrow(
    `port ${port} of ${address} is in use by another program: choose another with --web-port PORT`,
  );
});
