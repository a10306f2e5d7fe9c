import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';

/**
 * Region, endpoint and credentials come from the environment by the SDK's own rules (`AWS_REGION`, `AWS_ENDPOINT_URL`,
 * role) unless given here. With an IP address as the endpoint the SDK uses path style by itself.
 */
export type ClientOptions<Config> = Pick<Config, Extract<keyof Config, 'region' | 'endpoint' | 'credentials'>> & {
  /** Connections to one host. Default 50. */
  maxSockets?: number;
  /** Attempts at one request, the first included. Default 3. */
  maxAttempts?: number;
};

/** Milliseconds for TCP and TLS. Within a region it takes single digits; the SDK itself would wait for ever. */
const CONNECTION_TIMEOUT_MS = 2_000;
/** Milliseconds from request to response headers, including an 8 MB part. */
const S3_REQUEST_TIMEOUT_MS = 15_000;
/** Milliseconds without a byte in either direction, including pauses of a reader. */
const S3_SOCKET_TIMEOUT_MS = 60_000;
/** Milliseconds: a long poll takes 20 seconds (AWS quota). */
const SQS_REQUEST_TIMEOUT_MS = 30_000;

// The SDK prints a warning with its first client on Node 20 and 21. This project decides and documents the version of
// Node;
// the variable is the SDK's own switch, read when a client is constructed.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

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

/** Configuration of every client. @param requestTimeout milliseconds from request to response headers */
export function clientConfig<Config>(options: ClientOptions<Config>, requestTimeout: number) {
  const { maxSockets = 50, maxAttempts = 3, ...rest } = options;
  const agent = { keepAlive: true, maxSockets };
  const requestHandler = {
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout,
    throwOnRequestTimeout: true,
    httpAgent: agent,
    httpsAgent: agent,
  };
  return { ...rest, maxAttempts, requestHandler };
}
