import type { ObjectRef } from './object-store.ts';

/** Links that let somebody without an account read one object for a limited time. */
export interface ObjectLinks {
  /** @param seconds validity of the link; shorter when the signing credentials expire earlier */
  link(ref: ObjectRef, seconds: number): Promise<string>;
}
