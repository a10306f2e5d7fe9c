import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { RequestCounts } from '../../../rehearsal/aws/request-counts.ts';

const caller = {
  principal: { kind: 'role', arn: 'arn:aws:iam::123456789012:role/parser', account: '123456789012' },
  probe: false,
  service: 's3',
} as const;

function request(method: string, url: string, headers: Record<string, string> = {}): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { method, url, headers });
}

it('counts each kind of request by caller, operation and place, as S3 and SQS bill them', () => {
  const counts = new RequestCounts();
  counts.s3(caller, request('PUT', '/content/parsed/2026/11/29/15/id.json', { 'content-length': '700' }));
  counts.s3(
    caller,
    request('PUT', '/content/parsed/2026/11/29/15/other.json', { 'x-amz-decoded-content-length': '50' }),
  );
  counts.s3(caller, request('PUT', '/content/parsed/copy.json', { 'x-amz-copy-source': '/raw/id' }));
  counts.s3(caller, request('GET', '/content?list-type=2&prefix=parsed%2F'));
  counts.s3(caller, request('GET', '/content/list-type=2'));
  counts.s3(caller, request('HEAD', '/content/failed/id.json'));
  counts.sqs(caller, 'SendMessage', 'parsed-mail', 900);
  expect(
    counts.all.map(({ service, operation, target, count, bytes }) => [service, operation, target, count, bytes]),
  ).toEqual([
    ['s3', 'PUT', 'content/parsed/', 2, 750],
    ['s3', 'COPY', 'content/parsed/', 1, 0],
    ['s3', 'LIST', 'content/', 1, 0],
    ['s3', 'GET', 'content/', 1, 0],
    ['s3', 'HEAD', 'content/failed/', 1, 0],
    ['sqs', 'SendMessage', 'parsed-mail', 1, 900],
  ]);
  expect(new Set(counts.all.map((each) => each.caller))).toEqual(new Set(['parser']));
});
