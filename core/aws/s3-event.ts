import * as z from 'zod/mini';

/** The part of an S3 event notification that this project reads (event version 2.x). */
const s3EventSchema = z.object({
  Records: z.array(
    z.object({
      eventName: z.string(),
      eventTime: z.optional(z.string()),
      s3: z.object({
        bucket: z.object({ name: z.string() }),
        object: z.object({ key: z.string(), versionId: z.optional(z.string()) }),
      }),
    }),
  ),
  /** Set by replay and the reconciler, never by S3: the revision of the document to write. */
  mailPipeline: z.optional(z.object({ revision: z.int().check(z.minimum(1)) })),
});

export interface RawObjectCreated {
  bucket: string;
  key: string;
  versionId: string | null;
  revision: number;
}

/** S3 sends `s3:TestEvent` once when a notification is set up. */
const testEventSchema = z.object({ Event: z.literal('s3:TestEvent') });

export interface DecodedS3Event {
  /** Objects that were created according to the event. */
  created: RawObjectCreated[];
  /** Keys that are not valid form encoding (`%zz`), and so identify no object. */
  malformedKeys: string[];
}

/** Nothing created for a test event and for other kinds of event. Null when `body` is not an S3 event. */
export function decodeS3Event(body: unknown): DecodedS3Event | null {
  if (testEventSchema.safeParse(body).success) return { created: [], malformedKeys: [] };
  const event = s3EventSchema.safeParse(body);
  if (!event.success) return null;
  const revision = event.data.mailPipeline?.revision ?? 1;
  const decoded: DecodedS3Event = { created: [], malformedKeys: [] };
  for (const { eventName, s3 } of event.data.Records) {
    if (!/^(s3:)?ObjectCreated:/.test(eventName)) continue;
    const key = decodeKey(s3.object.key);
    if (key === null) decoded.malformedKeys.push(s3.object.key);
    else decoded.created.push({ bucket: s3.bucket.name, key, versionId: s3.object.versionId ?? null, revision });
  }
  return decoded;
}

/** The event as S3 would send it, for requeuing raw objects. */
export function encodeS3Event(object: RawObjectCreated): string {
  return JSON.stringify({
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        eventName: 'ObjectCreated:Put',
        eventTime: new Date().toISOString(),
        s3: {
          s3SchemaVersion: '1.0',
          bucket: { name: object.bucket, arn: `arn:aws:s3:::${object.bucket}` },
          object: {
            key: encodeEventKey(object.key),
            ...(object.versionId === null ? {} : { versionId: object.versionId }),
          },
        },
      },
    ],
    ...(object.revision === 1 ? {} : { mailPipeline: { revision: object.revision } }),
  });
}

/** Keys in events are form-encoded: a space is `+`. Null when an escape is malformed. */
function decodeKey(key: string): string | null {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

export const encodeEventKey = (key: string): string =>
  encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+');
