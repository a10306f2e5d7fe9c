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
 * Amazon SES as an entry point: one rule stores every mail for the domains in the raw bucket under `ses/`, as the
 * bucket's policy allows. The rule set is not activated: an account has one active set per region, and switching it
 * would stop whatever the other one receives.
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

  /** SES receives mail only for verified domains; these records verify one. */
  #addIdentity(scope: Construct, domain: string): void {
    const identity = new EmailIdentity(this, `Identity-${domain}`, { identity: Identity.domain(domain) });
    new CfnOutput(scope, verifyOutput(domain), {
      value: identity.dkimRecords.map(({ name, value }) => `${name}. CNAME ${value}.`).join('\n'),
      description: `DNS records that verify ${domain} for SES`,
    });
  }
}

/** Output names are alphanumeric. Capitals, which domains do not have, distinguish `a-b.com` from `a.b.com`. */
function verifyOutput(domain: string): string {
  return `Verify${domain.toLowerCase().replaceAll('-', 'Dash').replaceAll('.', 'Dot')}`;
}
