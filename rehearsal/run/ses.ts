import { randomBytes } from 'node:crypto';
import { foreignMailId } from '../../core/mail/id.ts';
import { askedOfS3, firstDenied } from '../aws/authorise.ts';
import { s3Call } from '../aws/s3-call.ts';
import type { Deployed } from './deploy.ts';
import { plainMail } from './mails.ts';

/**
 * Stores a mail for each SES receipt rule, as SES does: without a suffix or a condition, as the service principal.
 *
 * @returns ids of the stored mails
 */
export async function receiveBySes({ guard, resources, buckets, storage }: Deployed): Promise<string[]> {
  const ids: string[] = [];
  for (const { properties, account, region } of resources.of('AWS::SES::ReceiptRule')) {
    const { RuleSetName, Rule } = properties;
    const sourceArn = `arn:aws:ses:${region}:${account}:receipt-rule-set/${RuleSetName}:receipt-rule/${Rule.Name}`;
    for (const { S3Action } of Rule.Actions) {
      const bucket = buckets.find(({ name }) => name === S3Action.BucketName);
      if (bucket === undefined) continue;
      const key = S3Action.ObjectKeyPrefix + randomBytes(20).toString('hex');
      const url = `/${bucket.name}/${key}`;
      const call = s3Call({ method: 'PUT', url, headers: {} });
      const context = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': account };
      const asked = call === null ? [] : askedOfS3(call, bucket);
      const ofSes = asked.map((each) => ({ ...each, context: { ...each.context, ...context } }));
      if (firstDenied(guard, { kind: 'service', name: 'ses.amazonaws.com' }, ofSes) !== null) continue;
      await fetch(storage.url + url, { method: 'PUT', body: plainMail('By SES') });
      const stored = await storage.s3.objects.head({ bucket: bucket.name, key });
      if (stored !== null) ids.push(foreignMailId({ bucket: bucket.name, key }, stored.lastModified));
    }
  }
  return ids;
}
