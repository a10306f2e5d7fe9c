import type { DeployableConfig } from '../../core/config/deployable.ts';
import { HELD_PREFIX, RAW_PREFIX } from '../../core/mail/keys.ts';
import type { Names } from '../names.ts';
import { type Grant, grant, putObjects, readObjects, readSecrets } from '../processing/grants.ts';
import type { Storage } from '../storage/storage.ts';

/**
 * The edge puts mails under `raw/` and does nothing else: it cannot list any, or delete. It reads, in order to copy it,
 * only what it holds until a verdict; without `smtp.dataHook` it reads nothing.
 *
 * @param certificateSecret ARN; null while it signs its certificate itself
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
    // Decrypt as well: S3 asks for it when the parts of an upload become one object, or one is copied.
    ...(storage.keys === null
      ? []
      : [grant('UseKey', ['kms:Decrypt', 'kms:GenerateDataKey'], [storage.keys.storage.keyArn])]),
    ...(certificateSecret === null ? [] : [readSecrets('ReadCertificate', [certificateSecret])]),
  ];
}
