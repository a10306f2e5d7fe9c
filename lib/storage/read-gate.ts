import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { ATTACHMENT_PREFIX } from '../../core/mail/keys.ts';

/**
 * Bucket policy statements that block attachments until GuardDuty has found them clean. A missing tag also blocks,
 * because a negated condition holds when the key is absent. Only GuardDuty may set the tag, since that opens the gate.
 *
 * @param readers roles that may read unscanned and infected attachments
 * @param tagger role that sets the tag
 */
export function readGate(
  bucket: Bucket,
  { readers, tagger }: { readers: string[]; tagger: string },
): PolicyStatement[] {
  const deny = (sid: string, actions: string[], conditions: Record<string, Record<string, unknown>>) =>
    new PolicyStatement({
      sid,
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions,
      resources: [bucket.arnForObjects(`${ATTACHMENT_PREFIX}*`)],
      conditions,
    });
  return [
    deny('ReadWhatIsClean', ['s3:GetObject', 's3:GetObjectVersion'], {
      StringNotEquals: { 's3:ExistingObjectTag/GuardDutyMalwareScanStatus': 'NO_THREATS_FOUND' },
      ArnNotEquals: { 'aws:PrincipalArn': readers },
    }),
    deny(
      'OnlyGuardDutyTags',
      ['s3:DeleteObjectTagging', 's3:DeleteObjectVersionTagging', 's3:PutObjectTagging', 's3:PutObjectVersionTagging'],
      { ArnNotEquals: { 'aws:PrincipalArn': tagger } },
    ),
  ];
}
