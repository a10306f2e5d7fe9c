import { describe, expect, it } from 'vitest';
import { LARGEST } from '../support/config-variants.ts';
import { flat, synthesised } from '../support/synth.ts';

/** Service quotas for text: the maximum length and the allowed characters. */
const EC2_TEXT = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]*$/;
const TEXTS: Readonly<Record<string, readonly [most: number, pattern?: RegExp]>> = {
  'AWS::CloudFront::Function Name': [64, /^[\w-]+$/],
  'AWS::CloudWatch::Alarm AlarmDescription': [1024],
  'AWS::CloudWatch::Alarm AlarmName': [255],
  'AWS::CloudWatch::Dashboard DashboardName': [255, /^[\w-]+$/],
  'AWS::EC2::SecurityGroup GroupDescription': [255, EC2_TEXT],
  'AWS::EC2::SecurityGroupEgress Description': [255, EC2_TEXT],
  'AWS::EC2::SecurityGroupIngress Description': [255, EC2_TEXT],
  'AWS::ECS::Cluster ClusterName': [255, /^[\w-]+$/],
  'AWS::ECS::TaskDefinition Family': [255, /^[\w-]+$/],
  'AWS::Events::Rule Description': [512],
  'AWS::Events::Rule Name': [64, /^[\w.-]+$/],
  'AWS::IAM::Role Description': [1000, /^[\t\n\r -~¡-ÿ]*$/],
  'AWS::IAM::Role RoleName': [64, /^[\w+=,.@-]+$/],
  'AWS::KMS::Alias AliasName': [256, /^alias\/[\w/-]+$/],
  'AWS::Lambda::Function Description': [256],
  'AWS::Lambda::Function FunctionName': [64, /^[\w-]+$/],
  'AWS::Logs::DeliveryDestination Name': [60, /^[\w-]+$/],
  'AWS::Logs::DeliverySource Name': [60, /^[\w-]+$/],
  'AWS::Logs::LogGroup LogGroupName': [512, /^[\w./#-]+$/],
  'AWS::S3::Bucket BucketName': [63, /^[a-z0-9][a-z0-9.-]+[a-z0-9]$/],
  'AWS::SES::ReceiptRuleSet RuleSetName': [64, /^[a-zA-Z0-9]([\w.-]*[a-zA-Z0-9])?$/],
  'AWS::SNS::Topic TopicName': [256, /^[\w-]+$/],
  'AWS::SQS::Queue QueueName': [80, /^[\w-]+$/],
};

/** Maximum length of a policy document, not counting whitespace. */
const POLICIES: Readonly<Record<string, number>> = {
  'AWS::IAM::Policy PolicyDocument': 10_240,
  'AWS::KMS::Key KeyPolicy': 32_768,
  'AWS::S3::BucketPolicy PolicyDocument': 20_480,
  'AWS::SQS::QueuePolicy PolicyDocument': 8_192,
};

/** Counts a reference as the longest ARN it can resolve to. */
const text = (value: unknown): string =>
  (typeof value === 'string' ? value : JSON.stringify(value))
    .replaceAll('<AWS::AccountId>', '123456789012')
    .replaceAll('<AWS::Region>', 'ap-southeast-2')
    .replaceAll('<AWS::Partition>', 'aws-us-gov')
    .replaceAll(/<[^<>]+>/g, 'a'.repeat(120));

describe('the largest deployment', () => {
  const synthesis = synthesised(LARGEST);
  const templates = synthesis.stackNames.map((name) => ({ name, template: Object(synthesis.templateOf(name)) }));
  const resources = templates.flatMap(({ template }) =>
    Object.entries<{ Type: string; Properties?: object }>(template.Resources).map(
      ([id, { Type, Properties = {} }]) => ({
        id,
        Type,
        properties: Object.entries(Properties).map(([name, value]): [string, unknown] => [
          `${Type} ${name}`,
          flat(value),
        ]),
      }),
    ),
  );

  it('has names and descriptions within the limits of AWS', () => {
    const seen = new Set<string>();
    const wrong = resources.flatMap(({ id, properties }) =>
      properties.flatMap(([property, value]) => {
        const [most, pattern] = TEXTS[property] ?? [];
        if (most === undefined) return [];
        seen.add(property);
        const is = text(value);
        return is.length <= most && (pattern?.test(is) ?? true) ? [] : [`${id} ${property} (${is.length}): ${is}`];
      }),
    );
    expect(wrong).toEqual([]);
    expect(Object.keys(TEXTS).filter((property) => !seen.has(property))).toEqual([]);
  });

  it('has policies within the quotas of their services', () => {
    const sizes = resources.flatMap(({ id, properties }) =>
      properties.flatMap(([property, value]) => {
        const most = POLICIES[property];
        return most === undefined ? [] : [{ id, size: text(value).replaceAll(/\s/g, '').length, most }];
      }),
    );
    expect(sizes.length).toBeGreaterThan(40);
    expect(sizes.filter(({ size, most }) => size > most)).toEqual([]);
  });

  it('has no alarm with more metrics than CloudWatch allows', () => {
    const alarms = resources.filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
    const counts = alarms.map(({ properties }) => {
      const metrics = properties.find(([name]) => name.endsWith(' Metrics'))?.[1];
      return Array.isArray(metrics) ? metrics.filter((each) => 'MetricStat' in each).length : 1;
    });
    expect(Math.max(...counts)).toBe(10);
  });

  it('fits into the quotas of CloudFormation', () => {
    for (const { name, template } of templates) {
      const outputs = Object.entries<{ Description?: string }>(template.Outputs ?? {});
      expect(name.length).toBeLessThanOrEqual(128);
      expect(Object.keys(template.Resources).length).toBeLessThanOrEqual(500);
      expect(outputs.length).toBeLessThanOrEqual(200);
      expect(JSON.stringify(template).length).toBeLessThanOrEqual(1_000_000);
      for (const [id, { Description = '' }] of outputs) {
        expect(id).toMatch(/^[a-zA-Z0-9]{1,255}$/);
        expect(Description.length).toBeLessThanOrEqual(1024);
      }
    }
  });
});
