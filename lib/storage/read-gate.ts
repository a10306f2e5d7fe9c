import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { ATTACHMENT_PREFIX } from '../../core/mail/keys.ts';

/**
 * Statements of a bucket policy by which attachments stay closed until GuardDuty has found nothing in them. No tag is
 * no permission: a negated condition holds when the key is absent. Whoever could set the tag could open the gate.
 *
 * @param readers roles that read before, and what is infected
 * @param tagger role that says what was found
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
