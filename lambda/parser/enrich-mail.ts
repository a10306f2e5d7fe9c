import { type BeginDeps, beginEnrichment } from '../../core/enrich/begin.ts';
import { isHeld, readableDraft } from '../../core/enrich/draft.ts';
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

/** Does what is quick here. Returns the document that stands and can be sent; null when the enricher sends it later. */
export async function enrichMail(
  deps: EnrichDeps,
  composed: ParsedMail,
  signal: AbortSignal,
): Promise<KeptDocument | null> {
  const { enrichment, routes } = deps;
  const document = await withInlineSteps(composed, enrichment, routes);
  const tasks = planTasks(document, enrichment, routes);
  const quarantine = enrichment.malware?.quarantine ?? null;
  if (tasks.length === 0 && !(await mayBeHeld(deps, document))) {
    return keepDocument(deps.store, quarantined(document, quarantine), signal);
  }
  const through = await beginEnrichment(deps, { document, tasks, quarantine }, enrichment.deadlineSeconds, signal);
  if (through === null) deps.log.info('waits for enrichment', { mailId: document.id, tasks: tasks.map(taskId) });
  return through;
}

/** Whether an earlier attempt has it scanned, by a configuration that holds mails back: switching that off releases none. */
async function mayBeHeld({ store }: EnrichDeps, document: ParsedMail): Promise<boolean> {
  if (document.attachments.length === 0) return false;
  return isHeld(await readableDraft(store, document.document.bucket, document));
}

async function withInlineSteps(
  mail: ParsedMail,
  settings: EnrichmentSettings,
  routes: readonly RouteSettings[],
): Promise<ParsedMail> {
  const { enrichment, steps } = await inlineSteps(mail, settings, wantedSteps(mail, routes));
  return { ...mail, enrichment: { ...mail.enrichment, ...enrichment }, steps: [...mail.steps, ...steps] };
}
