import type { EnrichmentName } from '../mail/enrichment-schema.ts';
import { globMatcher } from '../mail/glob.ts';
import type { Attachment, ParsedMail } from '../mail/parsed-mail.ts';
import type { EnrichmentSettings } from '../settings/enrichment.ts';
import type { RouteSettings } from '../settings/publishing.ts';
import type { SlowStep, Task } from './task.ts';

/** What Textract and Tesseract both read. */
const READABLE = new Set(['application/pdf', 'image/png', 'image/jpeg', 'image/tiff']);

/** Tasks of one step for one mail: a thousand attachments must not become a thousand requests to a scanner. */
const MAX_TASKS = 100;

/**
 * What the slow steps have to do for a mail, in the order of the settings. It depends on nothing but mail and settings,
 * and is kept with the mail: a change of the configuration does not touch mails under way.
 *
 * @param routes the mail gets what one of its routes wants
 */
export function planTasks(mail: ParsedMail, settings: EnrichmentSettings, routes: readonly RouteSettings[]): Task[] {
  const wanted = wantedSteps(mail, routes);
  const attachments = allAttachments(mail.attachments);
  const { ocr, malware, detonation, model } = settings;
  const comprehend = { provider: 'comprehend', partId: null, skip: null };
  const tasks: Task[] = [
    ...(ocr === null
      ? []
      : onAttachments('ocr', ocr.provider, attachments.filter(isReadable), ocr.maxDocumentsPerMail)),
    ...(malware === null ? [] : onAttachments('malware', malware.provider, attachments, MAX_TASKS)),
    ...(detonation === null
      ? []
      : onAttachments(
          'detonation',
          new URL(detonation.url).hostname,
          attachments.filter(hasType(detonation.contentTypes)),
          detonation.maxAttachmentsPerMail,
        )),
    ...(settings.sentiment === 'comprehend' ? [{ step: 'sentiment' as const, ...comprehend }] : []),
    ...(settings.entities ? [{ step: 'entities' as const, ...comprehend }] : []),
    ...(settings.pii ? [{ step: 'pii' as const, ...comprehend }] : []),
    ...(model === null
      ? []
      : [{ step: 'model' as const, provider: new URL(model.url).hostname, partId: null, skip: null }]),
  ];
  // Offsets have a meaning in the plain text alone; the mood of a mail is that of its HTML as well.
  const hasText = (step: SlowStep) => mail.text !== null || (step === 'sentiment' && mail.html !== null);
  return tasks.filter(({ step, partId }) => wanted(step) && (partId !== null || hasText(step)));
}

/** Which steps a mail gets, of those that are configured. A queue without a route wants them all. */
export function wantedSteps(
  mail: Pick<ParsedMail, 'routes'>,
  routes: readonly RouteSettings[],
): (step: EnrichmentName) => boolean {
  const chosen = mail.routes.map(({ name }) => routes.find((route) => route.name === name)?.enrichment ?? null);
  return (step) => chosen.some((steps) => steps === null || steps.includes(step));
}

/** Those of attached mails as well. */
export function allAttachments(attachments: readonly Attachment[]): Attachment[] {
  return attachments.flatMap((attachment) => [attachment, ...allAttachments(attachment.message?.attachments ?? [])]);
}

function onAttachments(step: SlowStep, provider: string, attachments: readonly Attachment[], most: number): Task[] {
  return attachments.map(({ partId }, index) => ({
    step,
    provider,
    partId,
    skip: index < most ? null : `the mail has more than ${most} attachments for this step`,
  }));
}

/** An image of the HTML is a logo, a signature or a tracking pixel; a PDF is none of these. */
function isReadable(attachment: Attachment): boolean {
  const type = typeOf(attachment);
  return attachment.size > 0 && READABLE.has(type) && !(attachment.related && type.startsWith('image/'));
}

function hasType(patterns: readonly string[]): (attachment: Attachment) => boolean {
  const matchers = patterns.map((pattern) => globMatcher(pattern.toLowerCase()));
  return (attachment) => attachment.size > 0 && matchers.some((matches) => matches(typeOf(attachment)));
}

/** What a part says of its type is the word of a stranger. */
const typeOf = ({ detectedType, contentType }: Attachment): string => detectedType ?? contentType;
