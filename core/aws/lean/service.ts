import { isIPv4 } from 'node:net';
import type { SigningCredentials, SigningScope } from './signature.ts';

/** The variables of a program. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What is asked of an SDK client: its answers follow every rule that AWS has for them. */
export interface SdkClient {
  config: {
    credentials(): Promise<SigningCredentials>;
    region(): Promise<string>;
    /** Milliseconds that its clock is behind that of the service, found out from errors. */
    systemClockOffset: number;
  };
}

/** Variables that make another request, or another signer, of what is otherwise plain. */
const NOT_PLAIN = [
  'AWS_PROFILE',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_USE_DUALSTACK_ENDPOINT',
  'AWS_USE_FIPS_ENDPOINT',
];
/** Regions of the partition `aws`, whose names end in amazonaws.com. */
const REGION =
  /^(?:af|ap|ca|eu|il|me|mx|sa|us)-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-\d$/;
/** A name that is a label of a host name, and no other kind of bucket, whose names have two hyphens. */
const BUCKET = /^[a-z0-9](?:-?[a-z0-9]){2,62}$/;

interface Plain {
  credentials: SigningCredentials;
  region: string;
}

/**
 * One service as the lean requests need it: who signs, where the service is, and the client of the SDK for everything else.
 * The client is loaded when it is first needed. In Lambda that is never, as long as all goes well: credentials and region are
 * variables there. Where they are not, as in a container, the client is asked each time, and renews what expires.
 */
export class LeanService<Client extends SdkClient> {
  readonly #environment: Environment;
  readonly #load: () => Promise<Client>;
  readonly #plain: Plain | null;
  #loading: Promise<Client> | undefined;
  #client: Client | undefined;

  /** @param environment `{}` where the client alone knows */
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

  /** The URL in front of the keys of a bucket; null where only the SDK can tell. */
  bucketUrl(bucket: string): URL | null {
    if (this.#plain === null || !BUCKET.test(bucket)) return null;
    const custom = this.#customEndpoint('S3');
    if (custom !== null)
      return custom !== undefined && isIPv4(custom.hostname) ? new URL(`${trimmed(custom)}/${bucket}`) : null;
    // Outside of Lambda a configuration file can say something else.
    const { region } = this.#plain;
    const regional = this.#environment['AWS_LAMBDA_FUNCTION_NAME'] !== undefined && REGION.test(region);
    return regional ? new URL(`https://${bucket}.s3.${region}.amazonaws.com`) : null;
  }

  /** Where a queue is: SQS is asked at the address of the queue's URL. Null where only the SDK can tell. */
  queueEndpoint(queueUrl: URL): URL | null {
    const custom = this.#customEndpoint('SQS');
    return custom === null || custom?.origin === queueUrl.origin ? new URL(queueUrl.origin) : null;
  }

  /** Null for none; undefined for one that is no URL. */
  #customEndpoint(service: 'S3' | 'SQS'): URL | null | undefined {
    const url = this.#environment[`AWS_ENDPOINT_URL_${service}`] ?? this.#environment['AWS_ENDPOINT_URL'];
    if (url === undefined) return null;
    return URL.canParse(url) ? new URL(url) : undefined;
  }
}

const trimmed = ({ href }: URL): string => href.replace(/\/$/, '');

/** Null where the SDK has to find credentials or region, or makes more of them than is here. */
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
