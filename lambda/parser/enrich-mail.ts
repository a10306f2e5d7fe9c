import { type BeginDeps, beginEnrichment } from '../../core/enrich/begin.ts';
import { isHeld, type MailRevision, readableDraft } from '../../core/enrich/draft.ts';
import { planTasks, wantedSteps } from '../../core/enrich/plan.ts';
import { quarantined } from '../../core/enrich/quarantine.ts';
import { taskId } from '../../core/enrich/task.ts';
import { inlineSteps } from '../../core/enrich/text/inline-steps.ts';
import type { Log } from '../../core/log/log.ts';
import type { ParsedMail } from '../../core/mail/parsed-mail.ts';
import { type KeptDocument, keepDocument } from '../../core/outcome/documents.ts';
import type { EnrichmentSettings } from '../../core/settings/enrichment.ts';
import type { RouteSettings } from '../../core/settings/publishing.ts';

export interface EnrichDeps extends BeginDeps {
  enrichment: EnrichmentSettings;
  routes: readonly RouteSettings[];
  log: Log;
}

/** Runs the inline steps. Returns the stored document to publish; null when the enricher publishes it later. */
export async function enrichMail(
  deps: EnrichDeps,
  composed: ParsedMail,
  heldBefore: boolean,
  signal: AbortSignal,
): Promise<KeptDocument | null> {
  const { enrichment, routes } = deps;
  const document = await withInlineSteps(composed, enrichment, routes);
  const tasks = planTasks(document, enrichment, routes);
  const quarantine = enrichment.malware?.quarantine ?? null;
  if (tasks.length === 0 && !heldBefore) {
    return keepDocument(deps.store, quarantined(document, quarantine), signal);
  }
  const through = await beginEnrichment(deps, { document, tasks, quarantine }, enrichment.deadlineSeconds, signal);
  if (through === null) deps.log.info('waits for enrichment', { mailId: document.id, tasks: tasks.map(taskId) });
  return through;
}

/**
 * Whether an earlier attempt has the mail scanned under a configuration that holds mails back: turning that off
 * releases none of them. A mail without attachments is not scanned.
 */
export async function wasHeldBefore(
  { store, contentBucket }: Pick<EnrichDeps, 'store'> & { contentBucket: string },
  mail: MailRevision,
  { attachments }: Pick<ParsedMail, 'attachments'>,
): Promise<boolean> {
  return attachments.length > 0 && isHeld(await readableDraft(store, contentBucket, mail));
}

async function withInlineSteps(
  mail: ParsedMail,
  settings: EnrichmentSettings,
  routes: readonly RouteSettings[],
): Promise<ParsedMail> {
  const { enrichment, steps } = await inlineSteps(mail, settings, wantedSteps(mail, routes));
  return { ...mail, enrichment: { ...mail.enrichment, ...enrichment }, steps: [...mail.steps, ...steps] };
}
