import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** What a stored object says; undefined when it is no JSON. */
export async function readJson(body: Readable): Promise<unknown> {
  return jsonOf(await text(body));
}

/** Undefined, which no JSON is, when `text` is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
