import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** What a stored object says; undefined when it is no JSON. */
export async function readJson(body: Readable): Promise<unknown> {
  const json = await text(body);
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
