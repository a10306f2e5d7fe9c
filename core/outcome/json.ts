import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { jsonOf } from '../mail/json.ts';

/** What a stored object says; undefined when it is no JSON. */
export async function readJson(body: Readable): Promise<unknown> {
  return jsonOf(await text(body));
}
