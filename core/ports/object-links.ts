import type { ObjectRef } from './object-store.ts';

/** Links by which somebody without an account can read one object for a while. */
export interface ObjectLinks {
  /** @param seconds how long it is good for; less when the credentials that sign it end earlier */
  link(ref: ObjectRef, seconds: number): Promise<string>;
}
