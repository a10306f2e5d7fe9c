import * as z from 'zod';
import { malformedXml, S3Error } from './errors.ts';
import { readXml, writeXml } from './xml.ts';

export type Tags = Readonly<Record<string, string>>;

/** AWS quotas for the tags of an object. */
const MAX_TAGS = 10;
const KEY_MAX_LENGTH = 128;
const VALUE_MAX_LENGTH = 256;

const tagSchema = z.object({ Key: z.string(), Value: z.string() });
const documentSchema = z.object({
  Tagging: z.object({
    TagSet: z.union([z.object({ Tag: z.optional(z.union([tagSchema, z.array(tagSchema)])) }), z.string()]),
  }),
});

/** `x-amz-tagging`: a form-encoded list. */
export function readTagHeader(text: string | undefined): Tags {
  return text === undefined ? {} : checked([...new URLSearchParams(text)]);
}

/** @throws S3Error 400 MalformedXML, InvalidTag */
export function readTagDocument(text: string): Tags {
  const document = documentSchema.safeParse(readXml(text));
  if (!document.success) throw malformedXml();
  const { TagSet } = document.data.Tagging;
  const tags = typeof TagSet === 'string' ? [] : [TagSet.Tag ?? []].flat();
  return checked(tags.map(({ Key, Value }) => [Key, Value]));
}

export function writeTagDocument(tags: Tags): string {
  const Tag = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return writeXml('Tagging', { TagSet: { Tag } });
}

function checked(tags: [string, string][]): Tags {
  if (tags.length > MAX_TAGS) throw invalidTag(`An object has at most ${MAX_TAGS} tags`);
  for (const [key, value] of tags) {
    if (key.length === 0 || key.length > KEY_MAX_LENGTH)
      throw invalidTag(`A tag key has 1 to ${KEY_MAX_LENGTH} characters`);
    if (value.length > VALUE_MAX_LENGTH) throw invalidTag(`A tag value has at most ${VALUE_MAX_LENGTH} characters`);
  }
  if (new Set(tags.map(([key]) => key)).size < tags.length) throw invalidTag('A tag key occurs twice');
  return Object.fromEntries(tags);
}

const invalidTag = (message: string): S3Error => new S3Error(400, 'InvalidTag', message);
