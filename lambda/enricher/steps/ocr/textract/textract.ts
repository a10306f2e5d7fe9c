import { createHash } from 'node:crypto';
import {
  AnalyzeExpenseCommand,
  GetExpenseAnalysisCommand,
  StartExpenseAnalysisCommand,
  type TextractClient,
} from '@aws-sdk/client-textract';
import type * as z from 'zod/mini';
import { awsErrorName, classifyAwsError } from '../../../../../core/aws/aws-error.ts';
import { PermanentError, TransientError } from '../../../../../core/mail/errors.ts';
import type { ObjectRef } from '../../../../../core/ports/object-store.ts';
import {
  analysisSchema,
  type ExpenseDocument,
  type ExpenseJob,
  type ExpenseWarning,
  jobSchema,
  startedSchema,
} from './expense-schema.ts';

/** Where a job announces its end. */
export interface CompletionChannel {
  topicArn: string;
  /** Role that allows Textract to publish to the topic. */
  roleArn: string;
}

/** Textract has examined the document and cannot read it. */
export class UnreadableDocument extends Error {}

const UNREADABLE = new Set(['BadDocumentException', 'DocumentTooLargeException', 'UnsupportedDocumentException']);

/** Maximum parts of one answer; a job of 3,000 pages has 600. */
const MAX_PARTS = 1_000;

/**
 * Expense analysis by Amazon Textract, with validated answers.
 *
 * All functions reject with UnreadableDocument, with TransientError when a retry can help, or with PermanentError.
 */
export class Textract {
  readonly #client: TextractClient;
  readonly #signal: AbortSignal;

  constructor(client: TextractClient, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
  }

  /** One page. */
  analyze({ bucket, key }: ObjectRef): Promise<z.infer<typeof analysisSchema>> {
    const command = new AnalyzeExpenseCommand({ Document: { S3Object: { Bucket: bucket, Name: key } } });
    return this.#ask('AnalyzeExpense', analysisSchema, (options) => this.#client.send(command, options));
  }

  /**
   * Many pages. The same request again gives the same job for a day or more.
   *
   * @param request identifies the request: an attachment of a revision of a mail
   * @param jobTag is part of the completion; null when nobody listens for one
   */
  async start(
    { bucket, key }: ObjectRef,
    { request, jobTag, channel }: { request: string; jobTag: string | null; channel: CompletionChannel },
  ): Promise<string> {
    const command = new StartExpenseAnalysisCommand({
      DocumentLocation: { S3Object: { Bucket: bucket, Name: key } },
      // At most 64 letters, digits, - and _.
      ClientRequestToken: createHash('sha256').update(request).digest('hex'),
      ...(jobTag === null
        ? {}
        : { JobTag: jobTag, NotificationChannel: { SNSTopicArn: channel.topicArn, RoleArn: channel.roleArn } }),
    });
    const { JobId } = await this.#ask('StartExpenseAnalysis', startedSchema, (options) =>
      this.#client.send(command, options),
    );
    return JobId;
  }

  /** The result of a job, all parts of it. */
  async job(jobId: string): Promise<Exclude<ExpenseJob, { NextToken?: unknown }> | FinishedJob> {
    const documents: ExpenseDocument[] = [];
    const warnings: ExpenseWarning[] = [];
    let token: string | undefined;
    for (let part = 0; part < MAX_PARTS; part++) {
      const command = new GetExpenseAnalysisCommand({ JobId: jobId, NextToken: token });
      const answer = await this.#ask('GetExpenseAnalysis', jobSchema, (options) => this.#client.send(command, options));
      if (answer.JobStatus === 'IN_PROGRESS' || answer.JobStatus === 'FAILED') return answer;
      documents.push(...(answer.ExpenseDocuments ?? []));
      warnings.push(...(answer.Warnings ?? []));
      token = answer.NextToken ?? undefined;
      if (token !== undefined) continue;
      const { JobStatus, StatusMessage, DocumentMetadata } = answer;
      return { JobStatus, pageCount: DocumentMetadata.Pages, documents, reason: reasonOf(StatusMessage, warnings) };
    }
    throw new PermanentError('textract.endless', `the job ${jobId} has more than ${MAX_PARTS} parts`);
  }

  async #ask<T extends z.ZodMiniType>(
    action: string,
    schema: T,
    send: (options: { abortSignal: AbortSignal }) => Promise<unknown>,
  ): Promise<z.infer<T>> {
    const answer = await send({ abortSignal: this.#signal }).catch((error: unknown) => {
      const name = awsErrorName(error) ?? '';
      if (UNREADABLE.has(name)) throw new UnreadableDocument(`Textract cannot read it: ${name}`);
      throw classifyAwsError('textract', action, error);
    });
    const decoded = schema.safeParse(answer);
    if (decoded.success) return decoded.data;
    throw new TransientError('textract.IncompleteAnswer', `the answer to ${action} has an unexpected form`, {
      cause: decoded.error,
    });
  }
}

export interface FinishedJob {
  JobStatus: 'SUCCEEDED' | 'PARTIAL_SUCCESS';
  pageCount: number;
  documents: ExpenseDocument[];
  /** What Textract reports about pages that it did not read; null when it reports nothing. */
  reason: string | null;
}

/** Characters of a reason, which goes into the document. */
const REASON_LENGTH = 300;

function reasonOf(message: string | null | undefined, warnings: readonly ExpenseWarning[]): string | null {
  const warned = warnings.map(({ ErrorCode, Pages }) => {
    const pages = Pages ?? [];
    const where = pages.length === 0 ? '' : ` on page${pages.length === 1 ? '' : 's'} ${pages.join(', ')}`;
    return `${ErrorCode ?? 'a warning without a code'}${where}`;
  });
  const whole = [...(message ? [message] : []), ...warned].join('; ');
  return whole === '' ? null : `Textract: ${whole}`.slice(0, REASON_LENGTH);
}
