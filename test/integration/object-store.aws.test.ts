import { randomUUID } from 'node:crypto';
import { describe, it } from 'vitest';
import { createS3Client } from '../../core/aws/clients.ts';
import { s3ObjectStore } from '../../core/aws/s3-object-store.ts';
import { objectStoreConformance } from '../conformance/object-store.ts';

const bucket = process.env['MAIL_PIPELINE_CONFORMANCE_BUCKET'];

if (bucket) {
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
} else {
  describe('object store: AWS', () => {
    it('runs the conformance suite', ({ skip }) =>
      skip(
        'set MAIL_PIPELINE_CONFORMANCE_BUCKET to an unversioned bucket, with region and credentials in the environment',
      ));
  });
}
