import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Asked } from './authorise.ts';

/** A request to a service other than S3 and SQS: the permissions it needs, and the answer. */
export interface ServiceCall {
  asked: readonly Asked[];
  answer(): unknown;
}

/** Null for an operation the rehearsal does not model. */
export type Operation = (body: unknown) => ServiceCall;

/** Stand-ins for AWS services, keyed by `X-Amz-Target`. */
export class Services {
  readonly #operations: ReadonlyMap<string, Operation>;

  /** @param operations by `<service>.<operation>` */
  constructor(...operations: Readonly<Record<string, Operation>>[]) {
    this.#operations = new Map(operations.flatMap((each) => Object.entries(each)));
  }

  call(service: string, operation: string, body: unknown): ServiceCall | null {
    return this.#operations.get(`${service}.${operation}`)?.(body) ?? null;
  }
}

const entities = z.object({ Entities: z.array(z.unknown()) });

/** Amazon Comprehend, which finds nothing. */
export const comprehend: Readonly<Record<string, Operation>> = {
  'Comprehend_20171127.DetectSentiment': () => ({
    asked: [{ action: 'comprehend:DetectSentiment', resource: '*' }],
    answer: () => ({
      Sentiment: 'NEUTRAL',
      SentimentScore: { Positive: 0, Negative: 0, Neutral: 1, Mixed: 0 },
    }),
  }),
  'Comprehend_20171127.DetectEntities': () => ({
    asked: [{ action: 'comprehend:DetectEntities', resource: '*' }],
    answer: () => entities.parse({ Entities: [] }),
  }),
  'Comprehend_20171127.DetectPiiEntities': () => ({
    asked: [{ action: 'comprehend:DetectPiiEntities', resource: '*' }],
    answer: () => entities.parse({ Entities: [] }),
  }),
};

const putEvents = z.object({
  Entries: z.array(
    z.object({ EventBusName: z.string().default('default'), DetailType: z.string(), Detail: z.string() }),
  ),
});
export type BusEntry = z.infer<typeof putEvents>['Entries'][number];

/** EventBridge. @param put takes each event */
export const eventBridge = (
  { account, region }: { account: string; region: string },
  put: (entry: BusEntry) => void,
): Readonly<Record<string, Operation>> => ({
  'AWSEvents.PutEvents': (body) => {
    const { Entries } = putEvents.parse(body);
    return {
      asked: Entries.map(({ EventBusName }) => ({
        action: 'events:PutEvents',
        resource: `arn:aws:events:${region}:${account}:event-bus/${EventBusName}`,
      })),
      answer() {
        for (const entry of Entries) put(entry);
        return { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: randomUUID() })) };
      },
    };
  },
});

const secretRequest = z.object({ SecretId: z.string(), SecretString: z.string().optional() });

/**
 * Secrets Manager.
 *
 * @param texts of the secrets in the templates, by ARN
 * @param other text of every other secret, created outside of the templates
 */
export const secretsManager = (texts: Map<string, string>, other: string): Readonly<Record<string, Operation>> => ({
  'secretsmanager.GetSecretValue': (body) => {
    const { SecretId } = secretRequest.parse(body);
    return {
      asked: [{ action: 'secretsmanager:GetSecretValue', resource: SecretId }],
      answer: () => ({ ARN: SecretId, SecretString: texts.get(SecretId) ?? other }),
    };
  },
  'secretsmanager.PutSecretValue': (body) => {
    const { SecretId, SecretString = '' } = secretRequest.parse(body);
    return {
      asked: [{ action: 'secretsmanager:PutSecretValue', resource: SecretId }],
      answer() {
        texts.set(SecretId, SecretString);
        return { ARN: SecretId };
      },
    };
  },
});
