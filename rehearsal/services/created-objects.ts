import * as z from 'zod';
import { askedOfS3, firstDenied } from '../aws/authorise.ts';
import { versionOf } from '../aws/endpoint.ts';
import { s3Call } from '../aws/s3-call.ts';
import type { FoundResources } from '../deployment/found.ts';
import type { Bucket } from '../deployment/stores.ts';
import type { Guard } from '../guard.ts';
import type { Messages } from './messages.ts';

/** Content of an attachment in which GuardDuty finds a threat. */
export const THREAT = 'rehearsal-threat';

const notification = z.looseObject({
  Records: z.tuple([
    z.looseObject({
      s3: z.looseObject({
        bucket: z.looseObject({ name: z.string() }),
        object: z.looseObject({ key: z.string(), eTag: z.string() }),
      }),
    }),
  ]),
});

export interface CreatedOptions {
  guard: Guard;
  resources: FoundResources;
  buckets: readonly Bucket[];
  messages: Messages;
  /** URL of the local S3, without authorisation. */
  s3Url: string;
  /** Whether S3 loses the event of an object. */
  isLost(key: string, event: string): boolean;
}

/** Reacts to a created object: S3 notifies queues, and GuardDuty scans objects covered by a plan. */
export class CreatedObjects {
  readonly #options: CreatedOptions;

  constructor(options: CreatedOptions) {
    this.#options = options;
  }

  /** @param text notification from the local S3 */
  async announce(text: string): Promise<void> {
    const event = notification.parse(JSON.parse(text));
    const [record] = event.Records;
    const { bucket, object } = record.s3;
    const key = decodeURIComponent(object.key.replaceAll('+', ' '));
    const place = this.#options.buckets.find(({ name }) => name === bucket.name);
    if (place === undefined) return;
    if (place.versioned) object['versionId'] = versionOf(bucket.name, key, object.eTag);
    record['awsRegion'] = place.region;
    const body = JSON.stringify(event);
    if (this.#options.isLost(key, body)) return;
    for (const { queueArn, prefix, suffix } of place.notifications) {
      if (!key.startsWith(prefix) || !key.endsWith(suffix)) continue;
      await this.#options.messages.send(queueArn, body, {
        service: 's3.amazonaws.com',
        sourceArn: place.arn,
      });
    }
    await this.#scan(place, key);
  }

  async #scan(bucket: Bucket, key: string): Promise<void> {
    const { resources, guard, messages } = this.#options;
    for (const { properties, account } of resources.of('AWS::GuardDuty::MalwareProtectionPlan')) {
      const { BucketName, ObjectPrefixes } = properties.ProtectedResource.S3Bucket;
      if (BucketName !== bucket.name || !ObjectPrefixes.some((prefix) => key.startsWith(prefix))) continue;
      const url = `/${bucket.name}/${key.split('/').map(encodeURIComponent).join('/')}`;
      const principal = { kind: 'role', arn: properties.Role, account } as const;
      const may = (method: string, path: string) => {
        const call = s3Call({ method, url: path, headers: {} });
        return call !== null && firstDenied(guard, principal, askedOfS3(call, bucket)) === null;
      };
      if (!may('GET', url) || !may('GET', `${url}?tagging`) || !may('PUT', `${url}?tagging`)) continue;
      const content = await (await fetch(this.#options.s3Url + url)).text();
      const status = content.includes(THREAT) ? 'THREATS_FOUND' : 'NO_THREATS_FOUND';
      const tag = `<Tag><Key>GuardDutyMalwareScanStatus</Key><Value>${status}</Value></Tag>`;
      const body = `<Tagging><TagSet>${tag}</TagSet></Tagging>`;
      await fetch(`${this.#options.s3Url}${url}?tagging`, { method: 'PUT', body });
      // The rule matches the object; the result of the scan is read from the tag.
      await messages.emit({
        source: 'aws.guardduty',
        'detail-type': 'GuardDuty Malware Protection Object Scan Result',
        detail: {
          s3ObjectDetails: { bucketName: bucket.name, objectKey: key },
          scanResultDetails: { scanResultStatus: status },
        },
      });
    }
  }
}
