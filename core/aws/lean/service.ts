import { isIPv4 } from 'node:net';
import type { Environment } from '../../settings/codec.ts';
import type { SigningCredentials, SigningScope } from './signature.ts';

/** What lean requests need of an SDK client, which follows every rule of AWS. */
export interface SdkClient {
  config: {
    credentials(): Promise<SigningCredentials>;
    region(): Promise<string>;
    /** Milliseconds that its clock is behind that of the service, learnt from errors. */
    systemClockOffset: number;
  };
}

/** Variables that change the request or the signer, so that only the SDK can be used. */
const NOT_PLAIN = [
  'AWS_PROFILE',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_USE_DUALSTACK_ENDPOINT',
  'AWS_USE_FIPS_ENDPOINT',
];
/** Regions of the partition `aws`, whose host names end in amazonaws.com. */
const REGION =
  /^(?:af|ap|ca|eu|il|me|mx|sa|us)-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-\d$/;
/** A name that is a single label of a host name, and not of another kind of bucket, whose names have two hyphens. */
const BUCKET = /^[a-z0-9](?:-?[a-z0-9]){2,62}$/;

interface Plain {
  credentials: SigningCredentials;
  region: string;
}

/**
 * One service for the lean requests: the signer, the location of the service, and the SDK client for everything else.
 * The client is loaded on first use. In Lambda that never happens while all goes well: credentials and region are
 * variables there. Elsewhere, as in a container, the client is asked each time, and renews expired credentials.
 */
export class LeanService<Client extends SdkClient> {
  readonly #environment: Environment;
  readonly #load: () => Promise<Client>;
  readonly #plain: Plain | null;
  #loading: Promise<Client> | undefined;
  #client: Client | undefined;

  /** @param environment `{}` to rely on the client alone */
  constructor(environment: Environment, load: () => Promise<Client>) {
    this.#environment = environment;
    this.#load = load;
    this.#plain = plain(environment);
  }

  sdk(): Promise<Client> {
    this.#loading ??= this.#load().then(
      (client) => {
        this.#client = client;
        return client;
      },
      (error: unknown) => {
        this.#loading = undefined;
        throw error;
      },
    );
    return this.#loading;
  }

  async scope(service: SigningScope['service']): Promise<SigningScope> {
    const { credentials, region } = this.#plain ?? (await this.#asked());
    return { service, credentials, region, date: new Date(Date.now() + (this.#client?.config.systemClockOffset ?? 0)) };
  }

  async #asked(): Promise<Plain> {
    const { config } = await this.sdk();
    return { credentials: await config.credentials(), region: await config.region() };
  }

  /** The URL of a bucket; null when only the SDK can determine it. */
  bucketUrl(bucket: string): URL | null {
    if (this.#plain === null || !BUCKET.test(bucket)) return null;
    const custom = this.#customEndpoint('S3');
    if (custom !== null)
      return custom !== undefined && isIPv4(custom.hostname) ? new URL(`${trimmed(custom)}/${bucket}`) : null;
    // Outside Lambda a configuration file can override it.
    const { region } = this.#plain;
    const regional = this.#environment['AWS_LAMBDA_FUNCTION_NAME'] !== undefined && REGION.test(region);
    return regional ? new URL(`https://${bucket}.s3.${region}.amazonaws.com`) : null;
  }

  /** The address of a queue: SQS is called at the host of the queue's URL. Null when only the SDK can determine it. */
  queueEndpoint(queueUrl: URL): URL | null {
    const custom = this.#customEndpoint('SQS');
    return custom === null || custom?.origin === queueUrl.origin ? new URL(queueUrl.origin) : null;
  }

  /** Null for none; undefined for one that is not a URL. */
  #customEndpoint(service: 'S3' | 'SQS'): URL | null | undefined {
    const url = this.#environment[`AWS_ENDPOINT_URL_${service}`] ?? this.#environment['AWS_ENDPOINT_URL'];
    if (url === undefined) return null;
    return URL.canParse(url) ? new URL(url) : undefined;
  }
}

const trimmed = ({ href }: URL): string => href.replace(/\/$/, '');

/** Null when the SDK must find credentials or region, or when they are more complex than here. */
function plain(environment: Environment): Plain | null {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_REGION: region,
  } = environment;
  if (!accessKeyId || !secretAccessKey || !region || NOT_PLAIN.some((name) => environment[name] !== undefined))
    return null;
  return { region, credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) } };
}
