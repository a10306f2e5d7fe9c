import { Certificate, CertificateValidation, KeyAlgorithm } from 'aws-cdk-lib/aws-certificatemanager';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import { hostedZoneOf } from '../../core/config/hosted-zones.ts';
import { metricsNamespace } from '../../core/metrics/names.ts';
import { certificateEnvironment, FIRST_SECRET } from '../../core/settings/certificate.ts';
import { acknowledge } from '../acknowledge.ts';
import type { Names } from '../names.ts';
import { grant, readSecrets } from '../processing/grants.ts';
import { PipelineFunction } from '../processing/pipeline-function.ts';
import { CERTIFICATE_PERIOD, CERTIFICATE_TIMEOUT } from '../processing/timeouts.ts';

const MEMORY_MB = 256;

export interface EdgeCertificateProps {
  config: DeployableConfig;
  names: Names;
  hostname: string;
}

/**
 * The edge's certificate: ACM issues and renews it, a scheduled function exports it into a secret, and the edge reads
 * the secret.
 */
export class EdgeCertificate extends Construct {
  readonly secretArn: string;

  constructor(scope: Construct, id: string, { config, names, hostname }: EdgeCertificateProps) {
    super(scope, id);
    const zoneId = hostedZoneOf(config.hostedZones, hostname);
    const certificate = new Certificate(this, 'Issued', {
      // CDK would otherwise name it by its path in the app.
      certificateName: `${names.stack('ingress')}/Edge/Certificate/Issued`,
      domainName: hostname,
      validation: CertificateValidation.fromDns(
        zoneId === null ? undefined : HostedZone.fromHostedZoneId(this, 'Zone', zoneId),
      ),
      // Supported by every mail server.
      keyAlgorithm: KeyAlgorithm.RSA_2048,
      allowExport: true,
    });
    const secret = new Secret(this, 'Secret', {
      description: `Certificate and key of the SMTP edge, written by ${names.service('certificate')}`,
      generateSecretString: {
        secretStringTemplate: FIRST_SECRET.template,
        generateStringKey: FIRST_SECRET.randomMember,
      },
    });
    acknowledge(secret, { 'AwsSolutions-SMG4': 'The certificate function rewrites it at each renewal.' });
    this.secretArn = secret.secretArn;
    const { fn } = new PipelineFunction(this, 'Renewal', {
      config,
      names,
      program: 'certificate',
      description: 'Exports the certificate of the edge when ACM has renewed it',
      memoryMb: MEMORY_MB,
      timeout: CERTIFICATE_TIMEOUT,
      environment: certificateEnvironment.encode({
        certificateArn: certificate.certificateArn,
        secretId: secret.secretArn,
        hostname,
        metricsNamespace: metricsNamespace(names.stage),
      }),
      grants: [
        grant('ExportCertificate', ['acm:DescribeCertificate', 'acm:ExportCertificate'], [certificate.certificateArn]),
        readSecrets('ReadCertificate', [secret.secretArn]),
        grant('WriteCertificate', ['secretsmanager:PutSecretValue'], [secret.secretArn]),
      ],
    });
    // The next run makes up for a failed one.
    fn.configureAsyncInvoke({ retryAttempts: 0 });
    new Rule(this, 'Schedule', {
      ruleName: names.service('certificate'),
      description: 'Checks whether ACM has renewed the certificate of the edge',
      schedule: Schedule.rate(CERTIFICATE_PERIOD),
      targets: [new LambdaTarget(fn, { retryAttempts: 0 })],
    });
  }
}
