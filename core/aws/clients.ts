import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { type ClientOptions, clientConfig } from './client-config.ts';

/** Milliseconds from request to response headers, including an 8 MB part. */
const S3_REQUEST_TIMEOUT_MS = 15_000;
/** Milliseconds without a byte in either direction, including pauses of a reader. */
const S3_SOCKET_TIMEOUT_MS = 60_000;
/** Milliseconds: a long poll takes 20 seconds (AWS quota). */
const SQS_REQUEST_TIMEOUT_MS = 30_000;

export function createS3Client(options: ClientOptions<S3ClientConfig> = {}): S3Client {
  const { requestHandler, ...config } = clientConfig(options, S3_REQUEST_TIMEOUT_MS);
  return new S3Client({
    ...config,
    // `Expect: 100-continue`, the default from 2 MB on, opens a new connection for each part.
    expectContinueHeader: false,
    requestHandler: { ...requestHandler, socketTimeout: S3_SOCKET_TIMEOUT_MS },
  });
}

export function createSqsClient(options: ClientOptions<SQSClientConfig> = {}): SQSClient {
  return new SQSClient(clientConfig(options, SQS_REQUEST_TIMEOUT_MS));
}
