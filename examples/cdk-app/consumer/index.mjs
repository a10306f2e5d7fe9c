import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';

// The Lambda runtime includes the SDK.
const s3 = new S3Client();

/**
 * Prints each mail. Only the messages that failed are delivered again. Delivery is at least once, so remember `dedupKey` and
 * `revision` before you do anything here that must happen only once.
 */
export async function handler({ Records }) {
  const batchItemFailures = [];
  for (const { messageId, body } of Records) {
    try {
      const mail = await whole(JSON.parse(body));
      const { id, subject, from, attachments } = mail;
      console.log(JSON.stringify({ id, subject, from, attachments: attachments.map(({ key }) => key) }));
    } catch (error) {
      console.error(messageId, error);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}

/** Fields too large for a message are listed in `omitted`; the S3 object in `document` has all of them. */
async function whole(message) {
  if (message.omitted.length === 0) return message;
  const { bucket, key } = message.document;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return JSON.parse(await Body.transformToString());
}
