import * as z from 'zod/mini';

/** Where the key is that requests to a service are signed with: a secret in AWS, a file on this machine. */
export const keyPlace = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('secret'), secretId: z.string() }),
  z.object({ kind: z.literal('file'), file: z.string() }),
]);

export type KeyPlace = z.infer<typeof keyPlace>;
