import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';

// The runtime of Lambda has the SDK.
const s3 = new S3Client();

/**
 * Prints what came. A message that fails is delivered again, the others of its batch are not; a mail can come twice, so do
 * nothing here that must happen once without remembering `dedupKey` and `revision`.
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

/** Fields too large for a message are listed in `omitted`; the object that `document` names has them all. */
async function whole(message) {
  if (message.omitted.length === 0) return message;
  const { bucket, key } = message.document;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return JSON.parse(await Body.transformToString());
}
