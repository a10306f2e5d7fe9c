import type { Operation } from '../operation.ts';
import { xmlReply } from '../reply.ts';
import { writeXml } from '../xml.ts';

export const REGION = 'us-east-1';

/** Buckets are predefined and have no creation date of their own. */
const CREATED = '2006-03-01T00:00:00.000Z';

export const listBuckets: Operation = ({ store }) => {
  const Bucket = store.buckets.map((Name) => ({ Name, CreationDate: CREATED }));
  const Owner = { ID: 'local', DisplayName: 'local' };
  return xmlReply(writeXml('ListAllMyBucketsResult', { Owner, Buckets: { Bucket } }));
};

export const headBucket: Operation = ({ store }, { bucket }) => {
  store.table(bucket);
  return { status: 200, headers: { 'x-amz-bucket-region': REGION } };
};

/** An empty element means us-east-1. */
export const getBucketLocation: Operation = ({ store }, { bucket }) => {
  store.table(bucket);
  return xmlReply(writeXml('LocationConstraint', {}));
};
