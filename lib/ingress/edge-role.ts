import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import { RAW_PREFIX } from '../../core/mail/keys.ts';
import type { Names } from '../names.ts';
import { type Grant, putObjects } from '../processing/grants.ts';
import type { StorageStack } from '../storage/storage-stack.ts';

/** The edge puts mails under `raw/` and does nothing else: it cannot read one, list any, or delete. */
export function edgeRoleStatements(config: DeployableConfig, names: Names, storage: StorageStack): Grant[] {
  const grants = [putObjects('StoreMails', names.bucketArn('raw'), [RAW_PREFIX])];
  if (storage.keys !== null) {
    // Decrypt as well: S3 asks for it when the parts of an upload become one object.
    const actions = ['kms:Decrypt', 'kms:GenerateDataKey'];
    grants.push({
      statement: new PolicyStatement({ sid: 'UseKey', actions, resources: [storage.keys.storage.keyArn] }),
    });
  }
  if (config.tls.secretArn !== null) {
    const actions = ['secretsmanager:GetSecretValue'];
    grants.push({
      statement: new PolicyStatement({ sid: 'ReadCertificate', actions, resources: [config.tls.secretArn] }),
    });
  }
  return grants;
}
