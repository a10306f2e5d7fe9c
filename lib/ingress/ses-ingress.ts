import { CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnReceiptRule, CfnReceiptRuleSet, EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import { SES_PREFIX } from '../../core/mail/keys.ts';
import type { Names } from '../names.ts';

export interface SesIngressProps {
  config: DeployableConfig;
  names: Names;
}

/**
 * Amazon SES as a door: one rule that stores every mail of the domains in the raw bucket under `ses/`. The bucket's
 * policy lets this rule do that. A rule set of our own is not made active: an account has one active set in a region,
 * and to switch it stops whatever the other one received.
 */
export class SesIngress extends Construct {
  constructor(scope: Construct, id: string, { config, names }: SesIngressProps) {
    super(scope, id);
    const ruleSetName = config.ses.ruleSet ?? names.receiptRule();
    const rule = new CfnReceiptRule(this, 'Rule', {
      ruleSetName,
      rule: {
        name: names.receiptRule(),
        enabled: true,
        recipients: config.domains,
        scanEnabled: true,
        tlsPolicy: config.ses.requireTls ? 'Require' : 'Optional',
        actions: [{ s3Action: { bucketName: names.bucket('raw'), objectKeyPrefix: SES_PREFIX } }],
      },
    });
    if (config.ses.ruleSet === null) {
      const ruleSet = new CfnReceiptRuleSet(this, 'RuleSet', { ruleSetName });
      rule.node.addDependency(ruleSet);
      new CfnOutput(scope, 'ActivateReceiptRules', {
        value: `aws ses set-active-receipt-rule-set --rule-set-name ${ruleSetName} --region ${Stack.of(this).region}`,
        description: 'Run this once: SES has one active rule set in an account and region',
      });
    }
    if (config.ses.createIdentities) for (const domain of config.domains) this.#addIdentity(scope, domain);
  }

  /** SES receives for domains that are proven; these records prove it. */
  #addIdentity(scope: Construct, domain: string): void {
    const identity = new EmailIdentity(this, `Identity-${domain}`, { identity: Identity.domain(domain) });
    new CfnOutput(scope, verifyOutput(domain), {
      value: identity.dkimRecords.map(({ name, value }) => `${name}. CNAME ${value}.`).join('\n'),
      description: `DNS records that prove ${domain} to SES`,
    });
  }
}

/** Names of outputs are letters and digits. The capitals, which no domain has, keep `a-b.com` and `a.b.com` apart. */
function verifyOutput(domain: string): string {
  return `Verify${domain.toLowerCase().replaceAll('-', 'Dash').replaceAll('.', 'Dot')}`;
}
