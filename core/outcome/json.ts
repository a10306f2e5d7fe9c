import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { jsonOf } from '../mail/json.ts';

/** The JSON of a stored object; undefined when it is not JSON. */
export async function readJson(body: Readable): Promise<unknown> {
  return jsonOf(await text(body));
}
