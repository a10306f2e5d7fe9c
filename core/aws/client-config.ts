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

// The SDK prints a warning with its first client on Node 20 and 21. This project decides and documents the version of
// Node; the variable is the SDK's own switch, read when a client is constructed.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

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
