import { allAttachments, typeOf } from '../../../mail/attachments.ts';
import { type DetonatedAttachment, detonatedAttachmentSchema } from '../../../mail/enrichment-schema.ts';
import { globMatcher } from '../../../mail/glob.ts';
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
      const attachments = allAttachments(mail.attachments).filter(hasType(settings.contentTypes));
      return onAttachments(new URL(settings.url).hostname, attachments, settings.maxAttachmentsPerMail);
    },
    document(entries) {
      const attachments = foundIn(entries);
      return attachments.length === 0 ? undefined : { attachments };
    },
  },
} satisfies EnrichmentStep<'detonation', typeof detonationConfig, DetonatedAttachment>;

function hasType(patterns: readonly string[]): (attachment: Attachment) => boolean {
  const matchers = patterns.map((pattern) => globMatcher(pattern.toLowerCase()));
  return (attachment) => attachment.size > 0 && matchers.some((matches) => matches(typeOf(attachment)));
}
