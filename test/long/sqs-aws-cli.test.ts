import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalSqs, startLocalSqs } from '../support/local-sqs.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const run = promisify(execFile);

/** The protocol depends on the version: botocore before 1.31.81 speaks Query, later versions JSON. */
const CANDIDATES = ['aws', '/usr/bin/aws'];

function prints(command: string, ...args: string[]): string | null {
  try {
    return execFileSync(command, args, { stdio: 'pipe' }).toString();
  } catch {
    return null;
  }
}

const found = new Map<string, string>();
for (const command of CANDIDATES) {
  const [version] = prints(command, '--version')?.split(' ') ?? [];
  if (version !== undefined) found.set(version, command);
}
if (process.env['CI'] && found.size === 0) found.set('aws', 'aws');

let local: LocalSqs;
beforeAll(async () => {
  local = await startLocalSqs();
});
afterAll(() => local?.stop());

const path = temporaryDirectory();
const environment = () => ({
  PATH: process.env['PATH'],
  HOME: path(),
  AWS_ENDPOINT_URL: local.endpoint,
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'any',
  AWS_SECRET_ACCESS_KEY: 'any',
  AWS_EC2_METADATA_DISABLED: 'true',
});

describe.skipIf(found.size === 0)(
  `the AWS CLI on the local SQS${found.size === 0 ? ' (skipped: no aws command)' : ''}`,
  () => {
    it.concurrent.each([...found])('%s sends, receives, changes and deletes', async (version, command) => {
      const aws = async (...args: string[]): Promise<unknown> => {
        // Older versions ignore AWS_ENDPOINT_URL.
        const all = ['--endpoint-url', local.endpoint, '--output', 'json', 'sqs', ...args];
        const { stdout } = await run(command, all, { env: environment() });
        return stdout === '' ? null : JSON.parse(stdout);
      };
      const name = version.replace(/\W/g, '-');
      const url = local.url(name);
      const at = ['--queue-url', url];
      expect(await aws('create-queue', '--queue-name', name, '--attributes', 'VisibilityTimeout=600')).toEqual({
        QueueUrl: url,
      });

      const body = 'a\r\nb <&> "ü" 😀';
      const attributes = JSON.stringify({
        kind: { DataType: 'String', StringValue: 'x & y' },
        count: { DataType: 'Number', StringValue: '5' },
      });
      const sent = await aws('send-message', ...at, '--message-body', body, '--message-attributes', attributes);
      const entries = JSON.stringify([
        { Id: 'now', MessageBody: 'second' },
        { Id: 'later', MessageBody: 'third', DelaySeconds: 900 },
      ]);
      expect(await aws('send-message-batch', ...at, '--entries', entries)).toMatchObject({
        Successful: [{ Id: 'now' }, { Id: 'later' }],
      });

      const wanted = ['--attribute-names', 'All', '--message-attribute-names', 'All'];
      const received = await aws(
        'receive-message',
        ...at,
        ...wanted,
        '--max-number-of-messages',
        '10',
        '--wait-time-seconds',
        '1',
      );
      expect(received).toMatchObject({
        Messages: [
          {
            ...(typeof sent === 'object' ? { MessageId: Reflect.get(sent ?? {}, 'MessageId') } : {}),
            Body: body,
            Attributes: { ApproximateReceiveCount: '1' },
            MessageAttributes: {
              kind: { DataType: 'String', StringValue: 'x & y' },
              count: { DataType: 'Number', StringValue: '5' },
            },
          },
          { Body: 'second' },
        ],
      });
      const [, handle = ''] = /"ReceiptHandle":"([^"]+)"/.exec(JSON.stringify(received)) ?? [];
      await aws('change-message-visibility', ...at, '--receipt-handle', handle, '--visibility-timeout', '900');
      await aws('delete-message', ...at, '--receipt-handle', handle);
      expect(await aws('get-queue-attributes', ...at, '--attribute-names', 'All')).toMatchObject({
        Attributes: {
          ApproximateNumberOfMessages: '0',
          ApproximateNumberOfMessagesDelayed: '1',
          ApproximateNumberOfMessagesNotVisible: '1',
        },
      });
      await expect(aws('send-message', '--queue-url', local.url('none'), '--message-body', 'x')).rejects.toThrow(
        /NonExistentQueue|QueueDoesNotExist/,
      );
    });
  },
);

const hasBoto3 = prints('python3', '-c', 'import boto3') !== null || Boolean(process.env['CI']);
const BOTO3 = `
import boto3, os
sqs = boto3.client('sqs', endpoint_url=os.environ['AWS_ENDPOINT_URL'])
queue = boto3.resource('sqs', endpoint_url=os.environ['AWS_ENDPOINT_URL']).create_queue(QueueName='boto3')
attributes = {'bytes': {'DataType': 'Binary', 'BinaryValue': bytes([0, 255])}, 'text': {'DataType': 'String', 'StringValue': 'ü'}}
queue.send_message(MessageBody='a\\r\\nü', MessageAttributes=attributes)
queue.send_messages(Entries=[{'Id': str(n), 'MessageBody': 'm%d' % n} for n in range(9)])
messages = queue.receive_messages(MaxNumberOfMessages=10, MessageAttributeNames=['All'], AttributeNames=['All'])
assert [m.body for m in messages] == ['a\\r\\nü'] + ['m%d' % n for n in range(9)], messages
assert messages[0].message_attributes == attributes, messages[0].message_attributes
assert messages[0].attributes['ApproximateReceiveCount'] == '1'
failed = queue.delete_messages(Entries=[{'Id': str(n), 'ReceiptHandle': m.receipt_handle} for n, m in enumerate(messages)])
assert len(failed['Successful']) == 10, failed
try:
    sqs.get_queue_url(QueueName='none')
    raise SystemExit('no exception')
except sqs.exceptions.QueueDoesNotExist as error:
    assert error.response['Error']['Code'] == 'AWS.SimpleQueueService.NonExistentQueue', error.response
print('done')
`;

describe.skipIf(!hasBoto3)(`boto3 on the local SQS${hasBoto3 ? '' : ' (skipped: python3 has no boto3)'}`, () => {
  it('sends, receives, deletes and raises its exceptions', async () => {
    const { stdout } = await run('python3', ['-c', BOTO3], { env: environment() });
    expect(stdout.trim()).toBe('done');
  });
});
