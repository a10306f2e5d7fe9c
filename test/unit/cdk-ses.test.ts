import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { flat, synthesised } from '../support/synth.ts';

describe('SES', () => {
  const ses = synthesised({ ingress: 'ses', region: 'eu-west-1', domains: ['example.com', 'example.net'] });

  it('is a rule that stores mail of the domains under ses/, and no Fargate', () => {
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

  it('says in an output for each domain what proves it, also where only a dot tells two apart', () => {
    const domains = ['a-b.com', 'a.b.com', 'ab.com'];
    const template = synthesised({ ingress: 'ses', region: 'eu-west-1', domains }).stack('ingress');
    template.resourceCountIs('AWS::SES::EmailIdentity', 3);
    const outputs: Record<string, { Description?: string }> = template.toJSON()['Outputs'];
    const proofs = Object.entries(outputs).filter(([name]) => name.startsWith('Verify'));
    expect(Object.fromEntries(proofs.map(([name, { Description }]) => [name, Description]))).toEqual({
      VerifyaDashbDotcom: 'DNS records that prove a-b.com to SES',
      VerifyaDotbDotcom: 'DNS records that prove a.b.com to SES',
      VerifyabDotcom: 'DNS records that prove ab.com to SES',
    });
    const guide = readFileSync('docs/deploy.md', 'utf8');
    expect(ses.stack('ingress').toJSON()['Outputs']).toHaveProperty('VerifyexampleDotcom');
    expect(guide).toContain('`VerifyexampleDotcom`');
  });

  it('waits for the bucket, which it names only', () => {
    expect(ses.dependenciesOf('ingress')).toEqual(['mail-pipeline-prod-storage']);
  });

  it('joins a rule set that is there', () => {
    const template = synthesised({
      ingress: 'ses',
      region: 'eu-west-1',
      ses: { ruleSet: 'default', createIdentities: false },
    }).stack('ingress');
    template.resourceCountIs('AWS::SES::ReceiptRuleSet', 0);
    template.resourceCountIs('AWS::SES::EmailIdentity', 0);
    template.hasResourceProperties('AWS::SES::ReceiptRule', { RuleSetName: 'default' });
  });

  it('stands behind the edge when both are doors', () => {
    const both = synthesised({ ingress: 'both', region: 'eu-west-1' }).stack('ingress');
    both.resourceCountIs('AWS::ECS::Service', 1);
    expect(flat(both.toJSON()['Outputs'].MxRecords.Value)).toMatch(
      /^example\.com\. MX 10 <EdgeBalancer\w+\.DNSName>\.\nexample\.com\. MX 20 inbound-smtp\.eu-west-1\.amazonaws\.com\.$/,
    );
  });
});
