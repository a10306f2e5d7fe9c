import { Annotations, CfnOutput, RemovalPolicy } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import {
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { CfnDelivery, CfnDeliveryDestination, CfnDeliverySource, LogGroup } from 'aws-cdk-lib/aws-logs';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import { mtaStsHost, mtaStsPolicy } from '../../core/config/dns-records.ts';
import { hostedZoneOf } from '../../core/config/hosted-zones.ts';
import { acknowledge } from '../acknowledge.ts';
import type { Names } from '../names.ts';
import { policyFunction } from './policy-function.ts';

/**
 * CloudFront requires an origin, but the function answers every request first. This name can never exist (RFC 2606 §2).
 */
const NO_ORIGIN = 'mta-sts.invalid';

/** Names per certificate (default ACM quota; at most 100). */
const CERTIFICATE_NAMES = 10;

export interface MtaStsProps {
  config: DeployableConfig;
  names: Names;
}

/**
 * Serves the MTA-STS policy of every domain over HTTPS (RFC 8461 §3.3). A CloudFront function is the entire server:
 * there is no bucket, no cache to invalidate and no role.
 */
export class MtaSts extends Construct {
  constructor(scope: Construct, id: string, props: MtaStsProps) {
    super(scope, id);
    const { config, names } = props;
    const hosts = config.domains.map(mtaStsHost);
    const answer = new EdgeFunction(this, 'Answer', {
      functionName: names.mtaSts(),
      comment: 'Answers with the MTA-STS policy',
      code: FunctionCode.fromInline(policyFunction(mtaStsPolicy(config))),
      runtime: FunctionRuntime.JS_2_0,
    });
    const distribution = new Distribution(this, 'Distribution', {
      comment: names.mtaSts(),
      domainNames: hosts,
      certificate: this.#certificate(hosts, config.hostedZones, names),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      defaultBehavior: {
        origin: new HttpOrigin(NO_ORIGIN),
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        functionAssociations: [{ function: answer, eventType: FunctionEventType.VIEWER_REQUEST }],
      },
    });
    acknowledge(distribution, {
      'AwsSolutions-CFR1': 'Mail servers in any country fetch the policy.',
      'AwsSolutions-CFR2': 'A function returns public text: there is nothing for a firewall to protect.',
      'AwsSolutions-CFR3':
        'Access logs go to CloudWatch Logs (standard logging v2, below). The rule only recognises the older kind, into a bucket with ACLs.',
    });
    if (hosts.length > CERTIFICATE_NAMES) {
      Annotations.of(this).addWarningV2(
        'mail-pipeline:certificate-names',
        `mtaSts needs a certificate of ${hosts.length} names, and ACM allows ${CERTIFICATE_NAMES} by default: request a higher quota "Domain names per ACM certificate" in us-east-1.`,
      );
    }
    this.#deliverLogs(distribution, config, names);
    new CfnOutput(this, 'MtaStsTarget', {
      value: distribution.distributionDomainName,
      description: 'Name for "mail-pipeline dns --mta-sts-target"',
    });
  }

  /**
   * One certificate for all names, with the shortest first, because ACM limits the first one to 64 characters. It
   * renews automatically as long as the validation records exist.
   */
  #certificate(hosts: readonly string[], hostedZones: DeployableConfig['hostedZones'], names: Names): Certificate {
    const [domainName = '', ...subjectAlternativeNames] = hosts.toSorted((a, b) => a.length - b.length);
    const zones = hosts.flatMap((host) => {
      const id = hostedZoneOf(hostedZones, host);
      return id === null ? [] : [[host, HostedZone.fromHostedZoneId(this, `Zone-${host}`, id)] as const];
    });
    return new Certificate(this, 'Certificate', {
      // CDK would otherwise name it by its path in the app.
      certificateName: `${names.stack('mta-sts')}/Certificate`,
      domainName,
      subjectAlternativeNames,
      validation: CertificateValidation.fromDnsMultiZone(Object.fromEntries(zones)),
    });
  }

  #deliverLogs(distribution: Distribution, config: DeployableConfig, names: Names): void {
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: names.mtaStsLogGroup(),
      retention: config.logs.retentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const source = new CfnDeliverySource(this, 'LogSource', {
      name: names.mtaSts(),
      logType: 'ACCESS_LOGS',
      resourceArn: distribution.distributionArn,
    });
    const destination = new CfnDeliveryDestination(this, 'LogDestination', {
      name: names.mtaSts(),
      destinationResourceArn: logGroup.logGroupArn,
      outputFormat: 'json',
    });
    const delivery = new CfnDelivery(this, 'LogDelivery', {
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.attrArn,
    });
    // It names the source without a reference.
    delivery.addResourceDependency(source);
  }
}
