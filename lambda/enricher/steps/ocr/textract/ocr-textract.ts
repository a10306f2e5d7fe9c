import type { TextractClient } from '@aws-sdk/client-textract';
import { textractJobTag } from '../../../../../core/enrich/messages.ts';
import type { Pending, TaskOutcome } from '../../../../../core/enrich/task.ts';
import type { Attachment, ParsedMail } from '../../../../../core/mail/parsed-mail.ts';
import { OVER_BUDGET, type StepRunner, type Work } from '../../../runner.ts';
import { OcrCache, type ReadContent } from '../cache.ts';
import { attachmentOf, CUT_OFF, done, type OcrOptions, readAttachment, type Unread } from '../read-attachment.ts';
import { readExpense } from './read-expense.ts';
import { type CompletionChannel, Textract, UnreadableDocument } from './textract.ts';

const PROVIDER = 'textract';

/** US dollars a page: Amazon Textract pricing, Analyze Expense API, us-east-1, the first million pages of a month. */
export const EXPENSE_USD_PER_PAGE = 0.01;

/** Maximum bytes of a document for a synchronous request, and of any image (Textract quota). */
const SYNC_BYTES = 10 * 1024 * 1024;

/** Seconds between two checks of a job that cannot announce its end. */
const POLL_SECONDS = 15;

export interface OcrTextractOptions extends OcrOptions {
  client: TextractClient;
  channel: CompletionChannel;
}

type Outcome = TaskOutcome<'ocr'>;

/** Reads documents with Amazon Textract, which takes them from the bucket: one page synchronously, more as a job. */
export class OcrTextract implements StepRunner<'ocr'> {
  readonly #options: OcrTextractOptions;

  constructor(options: OcrTextractOptions) {
    this.#options = options;
  }

  run(work: Work): Promise<Outcome | Pending> {
    return readAttachment(this.#options, { provider: PROVIDER, drawWith: null }, work, (unread) =>
      this.#recognise(work, unread),
    );
  }

  /** Never trusts a completion: asks for the state of the job. */
  async resume(work: Work, handle: string): Promise<Outcome | Pending> {
    const attachment = attachmentOf(work);
    const job = await new Textract(this.#options.client, work.signal).job(handle);
    if (job.JobStatus === 'IN_PROGRESS') return pending(handle, textractJobTag(work.mail, attachment.partId));
    if (job.JobStatus === 'FAILED') {
      const reason = `Textract failed: ${(job.StatusMessage ?? 'no reason given').slice(0, 200)}`;
      return { status: 'failed', reason, costUsd: 0 };
    }
    const content = readExpense(job.documents, job.pageCount);
    // What is missing may be found another time.
    if (job.JobStatus === 'SUCCEEDED' && job.reason === null) await this.#keep(work, attachment, content);
    const partly = job.JobStatus === 'PARTIAL_SUCCESS' ? 'Textract read a part of the pages' : null;
    return done(attachment, content, job.pageCount * EXPENSE_USD_PER_PAGE, job.reason ?? partly);
  }

  async #recognise(work: Work, { attachment, document }: Unread): Promise<Outcome | Pending> {
    const { kind, pageCount } = document;
    const isImage = kind !== 'pdf' && kind !== 'tiff';
    if (kind === 'webp') return { status: 'skipped', reason: 'Textract does not read WebP images', costUsd: 0 };
    if (isImage && attachment.size > SYNC_BYTES) {
      return { status: 'skipped', reason: `Textract reads images of ${SYNC_BYTES} bytes at most`, costUsd: 0 };
    }
    const costUsd = pageCount * EXPENSE_USD_PER_PAGE;
    if (!(await work.spend(costUsd))) return OVER_BUDGET;
    const textract = new Textract(this.#options.client, work.signal);
    try {
      if (pageCount > 1 || attachment.size > SYNC_BYTES) return await this.#start(textract, work.mail, attachment);
      const analysis = await textract.analyze(attachment);
      const content = readExpense(analysis.ExpenseDocuments, analysis.DocumentMetadata.Pages);
      const reason = document.cutOff ? CUT_OFF : null;
      if (reason === null) await this.#keep(work, attachment, content);
      return done(attachment, content, costUsd, reason);
    } catch (error) {
      if (error instanceof UnreadableDocument) return { status: 'failed', reason: error.message, costUsd };
      throw error;
    }
  }

  async #start(textract: Textract, mail: ParsedMail, attachment: Attachment): Promise<Pending> {
    const jobTag = textractJobTag(mail, attachment.partId);
    const request = `${attachment.key} ${mail.revision}`;
    return pending(await textract.start(attachment, { request, jobTag, channel: this.#options.channel }), jobTag);
  }

  #keep(work: Work, attachment: Attachment, content: ReadContent): Promise<void> {
    return new OcrCache(this.#options.store, PROVIDER).keep(work, attachment.sha256, content);
  }
}

/** A job without a completion message is polled instead. */
const pending = (handle: string, jobTag: string | null): Pending => ({
  status: 'pending',
  handle,
  pollSeconds: jobTag === null ? POLL_SECONDS : null,
});
