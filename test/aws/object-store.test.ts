import { randomUUID } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { createS3Client } from '../../core/aws/clients.ts';
import { leanObjectStore } from '../../core/aws/lean/lean-object-store.ts';
import { LeanService } from '../../core/aws/lean/service.ts';
import { s3ObjectStore } from '../../core/aws/s3-object-store.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { objectStoreConformance } from '../conformance/object-store.ts';
import { accountVariable } from './account-variable.ts';

const bucket = accountVariable('MAIL_PIPELINE_CONFORMANCE_BUCKET', 'an unversioned bucket');

const ADAPTERS: [name: string, (client: S3Client) => ObjectStore][] = [
  ['the SDK', s3ObjectStore],
  ['lean requests', (client) => leanObjectStore(new LeanService(process.env, async () => client))],
];

for (const [name, storeOn] of ADAPTERS) {
  objectStoreConformance(`AWS by ${name}, bucket ${bucket}`, async () => {
    const client = createS3Client();
    const store = storeOn(client);
    const prefix = `conformance/${randomUUID()}/`;
    return {
      store,
      client,
      bucket,
      prefix,
      async close() {
        for await (const { key } of store.list(bucket, { prefix })) await store.delete({ bucket, key });
        client.destroy();
      },
    };
  });
}
