import { describe, expect, it } from 'vitest';
import { certificateEnvironment, FIRST_SECRET, isFirstSecret } from '../../core/settings/certificate.ts';
import { edgeEnvironment } from '../../core/settings/edge.ts';
import { allow, writeLog } from '../support/statements.ts';
import { flat, resourceOf, roleStatements, synthesised } from '../support/synth.ts';

const synthesis = synthesised({
  fargate: { hostname: 'mx.example.com' },
  tls: { acm: true },
  hostedZones: { 'example.com': 'Z0123456789ABCDEFGHIJ' },
});
const template = synthesis.stack('ingress');
const properties = (type: string, id: string, of = template) => Object(resourceOf(of, type, id)['Properties']);
const CERTIFICATE = expect.stringMatching(/^<EdgeCertificateIssued\w+>$/);
const SECRET = expect.stringMatching(/^<EdgeCertificateSecret\w+>$/);

describe('a certificate of ACM', () => {
  it('covers the host, is exportable, and is validated in Route 53', () => {
    expect(properties('AWS::CertificateManager::Certificate', 'EdgeCertificateIssued')).toMatchObject({
      DomainName: 'mx.example.com',
      CertificateExport: 'ENABLED',
      KeyAlgorithm: 'RSA_2048',
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: 'mx.example.com', HostedZoneId: 'Z0123456789ABCDEFGHIJ' }],
    });
    const elsewhere = synthesised({ fargate: { hostname: 'mx.example.com' }, tls: { acm: true } }).stack('ingress');
    const { DomainValidationOptions } = properties('AWS::CertificateManager::Certificate', 'EdgeCert', elsewhere);
    expect(DomainValidationOptions).toBeUndefined();
  });

  it('is exported by a function that may do nothing else', () => {
    expect(roleStatements(template, 'EdgeCertificateRenewalRole')).toEqual([
      writeLog('EdgeCertificateRenewal'),
      allow('ExportCertificate', ['acm:DescribeCertificate', 'acm:ExportCertificate'], CERTIFICATE),
      allow('ReadCertificate', 'secretsmanager:GetSecretValue', SECRET),
      allow('WriteCertificate', 'secretsmanager:PutSecretValue', SECRET),
    ]);
  });

  it('is checked every 15 minutes, with names but no secrets in the environment', () => {
    expect(properties('AWS::Events::Rule', 'EdgeCertificateSchedule')).toMatchObject({
      ScheduleExpression: 'rate(15 minutes)',
      State: 'ENABLED',
    });
    const { Environment } = properties('AWS::Lambda::Function', 'EdgeCertificateRenewal');
    expect(certificateEnvironment.decode(Environment.Variables)).toEqual({
      certificateArn: CERTIFICATE,
      secretId: SECRET,
      hostname: 'mx.example.com',
      metricsNamespace: 'MailPipeline/prod',
    });
    expect(Object.keys(Environment.Variables)).toHaveLength(4);
  });

  it('is read by the edge from a secret whose initial text is not a certificate', () => {
    const { ContainerDefinitions: containers } = properties('AWS::ECS::TaskDefinition', 'EdgeTask');
    const variables: { Name: string; Value: string }[] = containers[0].Environment;
    const settings = edgeEnvironment.decode(
      Object.fromEntries(variables.map(({ Name, Value }) => [Name, String(flat(Value))])),
    );
    expect(settings.tls).toEqual({ kind: 'secret', secretId: SECRET });
    expect(roleStatements(template, 'EdgeTaskRole')).toContainEqual(
      allow('ReadCertificate', 'secretsmanager:GetSecretValue', SECRET),
    );
    // CloudFormation generates it when it creates the secret, and again only if one of these properties changes.
    const secret = properties('AWS::SecretsManager::Secret', 'EdgeCertificateSecret');
    expect(secret).not.toHaveProperty('SecretString');
    expect(secret.GenerateSecretString).toEqual({
      SecretStringTemplate: '{"status":"no certificate yet"}',
      GenerateStringKey: 'random',
    });
    expect(isFirstSecret(JSON.stringify({ ...JSON.parse(FIRST_SECRET.template), random: 'x' }))).toBe(true);
  });

  it('has alarms for the days left, for missing data and for the function', () => {
    const observability = synthesis.stack('observability');
    const names = Object.values(observability.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) =>
      String(Properties.AlarmName),
    );
    expect(names.filter((name) => name.includes('certificate'))).toEqual([
      'mail-pipeline-prod-certificate-errors',
      'mail-pipeline-prod-certificate-expiring',
    ]);
    expect(properties('AWS::CloudWatch::Alarm', 'certificateexpiring', observability)).toMatchObject({
      Metrics: [
        {
          MetricStat: {
            Metric: { MetricName: 'CertificateDaysLeft', Namespace: 'MailPipeline/prod' },
            Period: 3_600,
            Stat: 'Minimum',
          },
        },
      ],
      Threshold: 14,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
    const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mx-AbCdEf';
    const own = synthesised({ tls: { secretArn } }).stack('observability');
    expect(properties('AWS::CloudWatch::Alarm', 'certificateexpiring', own)).toMatchObject({ Threshold: 14 });
    const none = Object.keys(synthesised().stack('observability').findResources('AWS::CloudWatch::Alarm'));
    expect(none.filter((id) => id.startsWith('certificate'))).toEqual([]);
  });

  it('is created only with an edge', () => {
    const ses = synthesised({
      ingress: 'ses',
      region: 'eu-west-1',
      fargate: { hostname: 'mx.example.com' },
      tls: { acm: true },
    });
    ses.stack('ingress').resourceCountIs('AWS::CertificateManager::Certificate', 0);
    expect(JSON.stringify(ses.stack('observability').toJSON())).not.toContain('certificate');
  });
});
