import { TextractClient, type TextractClientConfig } from '@aws-sdk/client-textract';
import { type ClientOptions, clientConfig } from './client-config.ts';

/** Milliseconds: a page takes 2 to 10 seconds. */
const REQUEST_TIMEOUT_MS = 30_000;

/** In a file of its own, so that a function that reads no documents does not load the client. */
export function createTextractClient(options: ClientOptions<TextractClientConfig> = {}): TextractClient {
  return new TextractClient(clientConfig(options, REQUEST_TIMEOUT_MS));
}
