import type { DeployableConfig } from '../../core/config/deployable.ts';
import { HELD_PREFIX, RAW_PREFIX } from '../../core/mail/keys.ts';
import type { Names } from '../names.ts';
import { type Grant, grant, putObjects, readObjects, readSecrets } from '../processing/grants.ts';
import type { Storage } from '../storage/storage.ts';

/**
 * The edge may put mails under `raw/` and nothing else: it cannot list or delete any. It may read only mails held for a
 * verdict, in order to copy them; without `smtp.dataHook` it may read nothing.
 *
 * @param certificateSecret ARN; null while it signs its own certificate
 */
export function edgeRoleStatements(
  config: DeployableConfig,
  names: Names,
  storage: Storage,
  certificateSecret: string | null,
): Grant[] {
  return [
    putObjects('StoreMails', names.bucketArn('raw'), [RAW_PREFIX]),
    ...(config.smtp.dataHook === null ? [] : [readObjects('CopyHeldMails', names.bucketArn('raw'), [HELD_PREFIX])]),
    // Also Decrypt: S3 requires it to complete a multipart upload, and to copy an object.
    ...(storage.keys === null
      ? []
      : [grant('UseKey', ['kms:Decrypt', 'kms:GenerateDataKey'], [storage.keys.storage.keyArn])]),
    ...(certificateSecret === null ? [] : [readSecrets('ReadCertificate', [certificateSecret])]),
  ];
}
