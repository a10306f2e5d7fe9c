import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { concurrencyNotice } from '../../core/config/concurrency.ts';
import { defineConfig } from '../../core/config/define-config.ts';
import { deployableConfig } from '../../core/config/deployable.ts';
import { runtimeNotice } from '../../core/config/runtimes.ts';
import { jsonOf } from '../../core/mail/json.ts';
import { enricherEnvironment } from '../../core/settings/enricher.ts';
import { parserEnvironment } from '../../core/settings/parser.ts';
import { deadLetterEnvironment } from '../../core/settings/publishing.ts';
import { isRecentPass, reconcilerEnvironment } from '../../core/settings/reconciler.ts';
import { flat, synthesised } from '../support/synth.ts';

const plain = synthesised();
const other = synthesised({
  runtime: 'nodejs24.x',
  tracing: true,
  parser: { timeoutSeconds: 60, maxConcurrency: 7 },
  enrichment: { maxConcurrency: 9 },
});
const provisioned = synthesised({ parser: { provisionedPollers: { min: 4, max: 95 } } });

describe('parser', () => {
  it('has the runtime, memory and timeout of the design', () => {
    const [parser] = Object.values(
      plain.stack('processing').findResources('AWS::Lambda::Function', {
        Properties: { FunctionName: 'mail-pipeline-prod-parser' },
      }),
    );
    expect(flat(parser?.['Properties'])).toMatchObject({
      Runtime: 'nodejs20.x',
      MemorySize: 1024,
      Timeout: 30,
      Handler: 'index.handler',
      Architectures: ['arm64'],
      Environment: {
        Variables: {
          DESTINATION_QUEUE: expect.stringMatching(/^<import .*ParsedMailQueue/),
          CONTENT_BUCKET: expect.stringMatching(/^<import .*ContentBucket/),
          METRICS_NAMESPACE: 'MailPipeline/prod',
          PARSE_DEADLINE_MS: '18000',
          QUEUE_MESSAGE_LIMIT_BYTES: '262144',
        },
      },
    });
  });

  it('receives batches with partial failures', () => {
    plain.stack('processing').hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 5,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: Match.absent(),
      ProvisionedPollerConfig: Match.absent(),
    });
  });

  it('has provisioned pollers when configured', () => {
    provisioned.stack('processing').hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 5,
      ScalingConfig: Match.absent(),
      ProvisionedPollerConfig: { MinimumPollers: 4, MaximumPollers: 95 },
    });
    expect(provisioned.warnings('processing')).toContainEqual(
      expect.stringMatching(/may reach 1158 concurrent executions.*provisionedPollers\.max \(95, 10 copies each\)/),
    );
  });

  it('follows the configuration', () => {
    const template = other.stack('processing');
    template.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Timeout: 60,
      TracingConfig: { Mode: 'Active' },
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { ScalingConfig: { MaximumConcurrency: 7 } });
    other.stack('storage').hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'mail-pipeline-prod-raw-mail',
      VisibilityTimeout: 360,
    });
  });
});

describe('the other functions', () => {
  it('get environments that their programs can decode', () => {
    const variables = (name: string) => {
      const [fn] = Object.values(
        plain.stack('processing').findResources('AWS::Lambda::Function', { Properties: { FunctionName: name } }),
      );
      const found: Record<string, string> = Object(flat(fn?.['Properties'].Environment.Variables));
      return found;
    };
    expect(deadLetterEnvironment.decode(variables('mail-pipeline-prod-dead-letter'))).toMatchObject({
      contentBucket: expect.stringMatching(/ContentBucket/),
      destinationQueue: expect.stringMatching(/ParsedMailQueue/),
    });
    expect(parserEnvironment.decode(variables('mail-pipeline-prod-parser'))).toMatchObject({
      deadLetterQueue: expect.stringMatching(/RawMail.*DeadLetter/),
    });
    expect(enricherEnvironment.decode(variables('mail-pipeline-prod-enricher')).textract).toEqual({
      topicArn: expect.stringMatching(/TextractNotices/),
      roleArn: expect.stringMatching(/TextractRole/),
    });
    expect(reconcilerEnvironment.decode(variables('mail-pipeline-prod-reconciler'))).toMatchObject({
      rawBucket: expect.stringMatching(/RawBucket/),
      eventQueue: expect.stringMatching(/RawMailQueue/),
      metricsNamespace: 'MailPipeline/prod',
    });
  });

  it('run on their schedules', () => {
    const rules = Object.values(plain.stack('processing').findResources('AWS::Events::Rule'));
    const scheduled = rules.filter(({ Properties }) => Properties.ScheduleExpression !== undefined);
    expect(
      scheduled.map(({ Properties }) => [
        Properties.ScheduleExpression,
        isRecentPass(jsonOf(Properties.Targets[0].Input ?? '')),
      ]),
    ).toEqual([
      ['rate(15 minutes)', true],
      ['rate(12 hours)', false],
    ]);
    plain.stack('processing').hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });
});

describe('recursion detection', () => {
  it('is off only for the enricher, which sends messages to itself until the deadline of the mail', () => {
    const functions = Object.values(plain.stack('processing').findResources('AWS::Lambda::Function'));
    expect(functions.map(({ Properties }) => [Properties.FunctionName, Properties.RecursiveLoop]).sort()).toEqual([
      ['mail-pipeline-prod-dead-letter', 'Terminate'],
      ['mail-pipeline-prod-enricher', 'Allow'],
      ['mail-pipeline-prod-parser', 'Terminate'],
      ['mail-pipeline-prod-reconciler', 'Terminate'],
    ]);
  });
});

describe('reconciler', () => {
  it('is not retried after a failed pass, because the next one makes up for it', () => {
    const template = plain.stack('processing');
    template.resourceCountIs('AWS::Lambda::EventInvokeConfig', 1);
    const [config] = Object.values(template.findResources('AWS::Lambda::EventInvokeConfig'));
    expect(flat(config?.['Properties'])).toMatchObject({
      FunctionName: expect.stringMatching(/^<ReconcilerFunction/),
      MaximumRetryAttempts: 0,
    });
    const [rule] = Object.values(template.findResources('AWS::Events::Rule'));
    expect(rule?.['Properties'].Targets).toEqual([
      expect.objectContaining({ RetryPolicy: { MaximumRetryAttempts: 0 } }),
    ]);
  });
});

describe('runtime', () => {
  it('20 produces a warning with the end dates of AWS', () => {
    expect(runtimeNotice('nodejs20.x')).toMatch(/2026-04-30.*2027-02-01.*2027-03-03/);
    expect(runtimeNotice('nodejs24.x')).toBeNull();
  });
});

describe('concurrency', () => {
  it('produces a warning when the configuration exceeds the default quota of an account', () => {
    const notice = (maxConcurrency: number | null) =>
      concurrencyNotice(deployableConfig(defineConfig({ domains: ['example.com'], parser: { maxConcurrency } })));
    expect(notice(792)).toBeNull();
    expect(notice(793)).toMatch(/may reach 1001 concurrent executions.*parser\.maxConcurrency \(793\)/);
    expect(notice(null)).toBeNull();
    expect(plain.warnings('processing').join()).not.toContain('concurrent executions');
  });

  it('of the enricher follows the configuration, for each of its queues', () => {
    const concurrencies = Object.values(other.stack('processing').findResources('AWS::Lambda::EventSourceMapping'))
      .map(({ Properties }) => Properties.ScalingConfig?.MaximumConcurrency)
      .filter((value) => value === 9);
    expect(concurrencies).toHaveLength(2);
  });
});
