import type { Operation } from '../operation.ts';
import { receiveDocument } from '../payload.ts';
import { xmlReply } from '../reply.ts';
import { readTagDocument, writeTagDocument } from '../tags.ts';

export const getObjectTagging: Operation = ({ store }, { bucket, key }) =>
  xmlReply(writeTagDocument(store.get(bucket, key).tags));

export const putObjectTagging: Operation = async ({ store }, request) => {
  store.get(request.bucket, request.key);
  await store.setTags(request.bucket, request.key, readTagDocument(await receiveDocument(request)));
  return { status: 200 };
};

export const deleteObjectTagging: Operation = async ({ store }, { bucket, key }) => {
  await store.setTags(bucket, key, {});
  return { status: 204 };
};
