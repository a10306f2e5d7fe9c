import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Asked } from '../aws/authorise.ts';
import { askedOfS3 } from '../aws/authorise.ts';
import { s3Call } from '../aws/s3-call.ts';
import type { Operation } from '../aws/services.ts';
import type { Bucket } from '../deployment/stores.ts';

const place = z.object({ S3Object: z.object({ Bucket: z.string(), Name: z.string() }) });
const analyze = z.object({ Document: place });
const start = z.object({
  DocumentLocation: place,
  JobTag: z.string().optional(),
  NotificationChannel: z.object({ SNSTopicArn: z.string(), RoleArn: z.string() }).optional(),
});

export interface TextractOptions {
  buckets: readonly Bucket[];
  /** Announces the end of a job, using the passed role. */
  announce(channel: { topicArn: string; roleArn: string }, message: object): Promise<void>;
}

/** Amazon Textract, which finds nothing in any document; each job ends at once. */
export function textract({ buckets, announce }: TextractOptions): Readonly<Record<string, Operation>> {
  /** Textract reads the document with the permissions of the caller. */
  const reading = ({ S3Object: { Bucket, Name } }: z.infer<typeof place>): Asked[] => {
    const bucket = buckets.find(({ name }) => name === Bucket);
    const call = s3Call({ method: 'GET', url: `/${Bucket}/${encodeURIComponent(Name)}`, headers: {} });
    return bucket === undefined || call === null ? [] : askedOfS3(call, bucket);
  };
  return {
    'Textract.AnalyzeExpense': (body) => ({
      asked: [{ action: 'textract:AnalyzeExpense', resource: '*' }, ...reading(analyze.parse(body).Document)],
      answer: () => ({ DocumentMetadata: { Pages: 1 }, ExpenseDocuments: [] }),
    }),
    'Textract.StartExpenseAnalysis': (body) => {
      const { DocumentLocation, JobTag, NotificationChannel: channel } = start.parse(body);
      const context = { 'iam:PassedToService': 'textract.amazonaws.com' };
      const passed = channel === undefined ? [] : [{ action: 'iam:PassRole', resource: channel.RoleArn, context }];
      return {
        asked: [{ action: 'textract:StartExpenseAnalysis', resource: '*' }, ...reading(DocumentLocation), ...passed],
        async answer() {
          const JobId = randomUUID();
          if (channel !== undefined) {
            const { SNSTopicArn: topicArn, RoleArn: roleArn } = channel;
            await announce({ topicArn, roleArn }, { JobId, JobTag, Status: 'SUCCEEDED', API: 'StartExpenseAnalysis' });
          }
          return { JobId };
        },
      };
    },
    'Textract.GetExpenseAnalysis': () => ({
      asked: [{ action: 'textract:GetExpenseAnalysis', resource: '*' }],
      answer: () => ({ JobStatus: 'SUCCEEDED', DocumentMetadata: { Pages: 2 }, ExpenseDocuments: [] }),
    }),
  };
}
