import { allAttachments } from '../../../mail/attachments.ts';
import { type DetonatedAttachment, detonatedAttachmentSchema } from '../../../mail/enrichment-schema.ts';
import { globMatcher } from '../../../mail/glob.ts';
import { isMarkupName, isProgramName, typesOfName } from '../../../mail/name-types.ts';
import type { Attachment } from '../../../mail/parsed-mail.ts';
import { type EnrichmentStep, foundIn, onAttachments } from '../../step.ts';
import { detonationConfig } from './config.ts';

export const detonation = {
  config: detonationConfig,
  inline: null,
  tasks: {
    costMetric: null,
    result: detonatedAttachmentSchema,
    plan(mail, settings) {
      if (settings === null) return [];
      const attachments = allAttachments(mail.attachments).filter(isKind(settings.contentTypes));
      return onAttachments(new URL(settings.url).hostname, attachments, settings.maxAttachmentsPerMail);
    },
    document(entries) {
      const attachments = foundIn(entries);
      return attachments.length === 0 ? undefined : { attachments };
    },
  },
} satisfies EnrichmentStep<'detonation', typeof detonationConfig, DetonatedAttachment>;

function isKind(patterns: readonly string[]): (attachment: Attachment) => boolean {
  const matchers = patterns.map((pattern) => globMatcher(pattern.toLowerCase()));
  return (attachment) =>
    attachment.size > 0 && typesOf(attachment).some((type) => matchers.some((matches) => matches(type)));
}

/** Types shared by many kinds of file: the name tells which. */
const BROAD_TYPES = new Set([
  'text/html',
  'application/xml',
  'application/zip',
  'application/gzip',
  'application/x-cfb',
]);

/**
 * By its bytes; also by its name where the bytes do not settle it, or where a double click goes by the name. A declared
 * type, which a stranger wrote, never exempts an attachment that has a name.
 */
function typesOf({ detectedType, filename, contentType, message }: Attachment): readonly string[] {
  const named = typesOfName(filename);
  if (detectedType !== null) {
    const isOpen = BROAD_TYPES.has(detectedType) || isProgramName(filename) || isMarkupName(filename);
    return isOpen ? [detectedType, ...named] : [detectedType];
  }
  if (named.length > 0) return named;
  // Mail programs open a part without a name as its declared type.
  const isText = filename === null && /^(?:text|message)\//.test(contentType);
  return isText || message !== null ? [contentType] : [contentType, 'application/octet-stream'];
}
