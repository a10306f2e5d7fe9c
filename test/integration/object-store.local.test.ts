import { objectStoreConformance } from '../conformance/object-store.ts';
import { startLocalS3 } from '../support/local-s3.ts';

objectStoreConformance('local', async () => {
  const local = await startLocalS3();
  return { store: local.store, client: local.client, bucket: 'raw-mail', prefix: 'conformance/', close: local.stop };
});
