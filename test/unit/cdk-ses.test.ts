import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { flat, synthesised } from '../support/synth.ts';

describe('SES', () => {
  const ses = synthesised({ ingress: 'ses', region: 'eu-west-1', domains: ['example.com', 'example.net'] });

  it('is a rule that stores mail for the domains under ses/, without Fargate', () => {
    const template = ses.stack('ingress');
    template.resourceCountIs('AWS::ECS::Service', 0);
    expect(ses.stackNames).not.toContain('mail-pipeline-prod-network');
    template.hasResourceProperties('AWS::SES::ReceiptRule', {
      RuleSetName: 'mail-pipeline-prod',
      Rule: {
        Name: 'mail-pipeline-prod',
        Enabled: true,
        Recipients: ['example.com', 'example.net'],
        ScanEnabled: true,
        Actions: [{ S3Action: { ObjectKeyPrefix: 'ses/' } }],
      },
    });
    template.resourceCountIs('AWS::SES::EmailIdentity', 2);
    expect(flat(template.toJSON()['Outputs'].MxRecords.Value)).toBe(
      'example.com. MX 10 inbound-smtp.eu-west-1.amazonaws.com.\nexample.net. MX 10 inbound-smtp.eu-west-1.amazonaws.com.',
    );
  });

  it('has one output per domain with its verification records, even for names that differ only in a dot', () => {
    const domains = ['a-b.com', 'a.b.com', 'ab.com'];
    const template = synthesised({ ingress: 'ses', region: 'eu-west-1', domains }).stack('ingress');
    template.resourceCountIs('AWS::SES::EmailIdentity', 3);
    const outputs: Record<string, { Description?: string }> = template.toJSON()['Outputs'];
    const proofs = Object.entries(outputs).filter(([name]) => name.startsWith('Verify'));
    expect(Object.fromEntries(proofs.map(([name, { Description }]) => [name, Description]))).toEqual({
      VerifyaDashbDotcom: 'DNS records that verify a-b.com for SES',
      VerifyaDotbDotcom: 'DNS records that verify a.b.com for SES',
      VerifyabDotcom: 'DNS records that verify ab.com for SES',
    });
    const guide = readFileSync('docs/deploy.md', 'utf8');
    expect(ses.stack('ingress').toJSON()['Outputs']).toHaveProperty('VerifyexampleDotcom');
    expect(guide).toContain('`VerifyexampleDotcom`');
  });

  it('depends on the bucket although it only names it', () => {
    expect(ses.dependenciesOf('ingress')).toEqual(['mail-pipeline-prod-storage']);
  });

  it('joins an existing rule set', () => {
    const template = synthesised({
      ingress: 'ses',
      region: 'eu-west-1',
      ses: { ruleSet: 'default', createIdentities: false },
    }).stack('ingress');
    template.resourceCountIs('AWS::SES::ReceiptRuleSet', 0);
    template.resourceCountIs('AWS::SES::EmailIdentity', 0);
    template.hasResourceProperties('AWS::SES::ReceiptRule', { RuleSetName: 'default' });
  });

  it('is the fallback behind the edge when both receive mail', () => {
    const both = synthesised({ ingress: 'both', region: 'eu-west-1' }).stack('ingress');
    both.resourceCountIs('AWS::ECS::Service', 1);
    expect(flat(both.toJSON()['Outputs'].MxRecords.Value)).toMatch(
      /^example\.com\. MX 10 <EdgeBalancer\w+\.DNSName>\.\nexample\.com\. MX 20 inbound-smtp\.eu-west-1\.amazonaws\.com\.$/,
    );
  });
});
