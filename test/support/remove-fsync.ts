import { open } from 'node:fs/promises';

/** Turns every `sync` and `datasync` of this process into a no-op. */
export async function removeFsync(): Promise<void> {
  const file = await open('/dev/null');
  const prototype: object = Object.getPrototypeOf(file);
  await file.close();
  for (const name of ['sync', 'datasync']) Object.defineProperty(prototype, name, { value: async () => {} });
}
