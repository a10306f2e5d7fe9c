import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from '../../core/config/define-config.ts';
import { parserSettings } from '../../core/config/to-settings.ts';
import { mintMailId } from '../../core/mail/id.ts';
import { rawKey } from '../../core/mail/keys.ts';
import { parserEnvironment } from '../../core/settings/parser.ts';
import { selfSignedCertificate } from '../../edge-mta/tls/self-signed.ts';

/** `aws-stand-in.ts` in its process. */
export class AwsStandIn {
  readonly child: ChildProcess;
  /** PEM file of the certificate that it presents; null where it speaks plain HTTP. */
  readonly certificate: string | null;
  readonly endpoint: string;
  readonly dns: string;

  private constructor(
    child: ChildProcess,
    certificate: string | null,
    { endpoint, dns }: { endpoint: string; dns: string },
  ) {
    this.child = child;
    this.certificate = certificate;
    this.endpoint = endpoint;
    this.dns = dns;
  }

  /** @param directory for its certificate; null for plain HTTP */
  static async start(directory: string | null): Promise<AwsStandIn> {
    const certificate = directory === null ? null : writeCertificate(join(directory, 'aws.pem'));
    const program = join(import.meta.dirname, 'aws-stand-in.ts');
    const child = fork(program, certificate === null ? [] : [certificate], { execArgv: ['--import', 'tsx'] });
    const [places] = await once(child, 'message');
    return new AwsStandIn(child, certificate, places);
  }

  /** Requests so far, of all methods. */
  async requests(): Promise<number> {
    this.child.send('count');
    const [counts] = await once(this.child, 'message');
    return Object.values<number>(counts).reduce((sum, count) => sum + count, 0);
  }
}

function writeCertificate(file: string): string {
  const { chain, key } = selfSignedCertificate('127.0.0.1');
  writeFileSync(file, chain + key);
  return file;
}

/** The environment of a parser whose services are those of the stand-in. */
export function parserVariables(name: string, aws: AwsStandIn): Record<string, string> {
  const queue = (queueName: string) => `${aws.endpoint}/000000000000/${queueName}`;
  const settings = parserSettings(defineConfig({ parser: { dnsServers: [aws.dns] } }), 'aws', {
    contentBucket: 'mail-content',
    destinationQueue: queue('parsed-mail'),
    eventQueue: queue('raw-mail'),
    deadLetterQueue: queue('raw-mail-dlq'),
    enrichQueue: queue('enrich'),
    metricsNamespace: `MailPipeline/${name}`,
  });
  return {
    ...parserEnvironment.encode(settings),
    AWS_REGION: 'us-east-1',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
    AWS_LAMBDA_FUNCTION_NAME: 'parser',
    AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    // The same length as on Lambda.
    AWS_SESSION_TOKEN: 'token'.repeat(180),
    AWS_ENDPOINT_URL: aws.endpoint,
    ...(aws.certificate !== null && { NODE_EXTRA_CA_CERTS: aws.certificate }),
  };
}

/** An object that the stand-in has: one of its mails. */
export const rawMail = () => ({ bucket: 'raw-mail', key: rawKey(mintMailId()), versionId: null, revision: 1 });
