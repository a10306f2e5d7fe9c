import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { MailPipeline } from 'mail-pipeline';

const app = new App();
const stack = new Stack(app, 'Invoices');

const mail = new MailPipeline(stack, 'Mail', {
  domains: ['example.com'],
  runtime: 'nodejs24.x',
  routes: [{ name: 'invoices', recipients: ['invoices'] }],
});

const consumer = new LambdaFunction(stack, 'Consumer', {
  description: 'Consumes the queue of the route invoices',
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromAsset('consumer'),
  timeout: Duration.seconds(30),
});
const invoices = mail.route('invoices');
invoices.grantConsume(consumer);
consumer.addEventSource(new SqsEventSource(invoices.queue, { batchSize: 10, reportBatchItemFailures: true }));

new CfnOutput(stack, 'PointMxAt', { value: mail.mxTarget });
new CfnOutput(stack, 'Stage', { value: mail.stage, description: 'For "mail-pipeline console --stage"' });
