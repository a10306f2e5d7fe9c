import { randomUUID } from 'node:crypto';
import { createS3Client } from '../../core/aws/clients.ts';
import { s3ObjectStore } from '../../core/aws/s3-object-store.ts';
import { objectStoreConformance } from '../conformance/object-store.ts';
import { accountVariable } from './account-variable.ts';

const bucket = accountVariable('MAIL_PIPELINE_CONFORMANCE_BUCKET', 'an unversioned bucket');

objectStoreConformance(`AWS, bucket ${bucket}`, async () => {
  const client = createS3Client();
  const store = s3ObjectStore(client);
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
