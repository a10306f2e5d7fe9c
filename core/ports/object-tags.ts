import type { ObjectRef } from './object-store.ts';

/** The tags that services set on objects. Rejects like ObjectStore. */
export interface ObjectTags {
  /** Null when there is no such object. */
  get(ref: ObjectRef): Promise<Readonly<Record<string, string>> | null>;
}
