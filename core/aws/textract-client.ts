import { TextractClient, type TextractClientConfig } from '@aws-sdk/client-textract';
import { type ClientOptions, transport } from './clients.ts';

/** Milliseconds: a page takes 2 to 10 seconds. */
const REQUEST_TIMEOUT_MS = 30_000;

/** In a file of its own: a function that reads no document loads no client for it. */
export function createTextractClient(options: ClientOptions<TextractClientConfig> = {}): TextractClient {
  const { maxSockets, maxAttempts = 3, ...rest } = options;
  return new TextractClient({ ...rest, maxAttempts, requestHandler: transport(maxSockets, REQUEST_TIMEOUT_MS) });
}
