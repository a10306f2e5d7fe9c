import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventBus } from '../../core/aws/event-bridge.ts';
import { listenOnLoopback } from '../../local/http/listen.ts';

interface Answer {
  status: number;
  body: object;
}
const TAKEN: Answer = { status: 200, body: { FailedEntryCount: 0, Entries: [{ EventId: '1' }] } };
const refused = (ErrorCode: string): Answer => ({
  status: 200,
  body: { FailedEntryCount: 1, Entries: [{ ErrorCode, ErrorMessage: 'no' }] },
});
const failed = (status: number, __type: string): Answer => ({ status, body: { __type, message: 'no' } });

let server: Server;
let answer: Answer | 'reset' = TAKEN;
let requests: unknown[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    requests.push({ target: request.headers['x-amz-target'], ...JSON.parse(await text(request)) });
    if (answer === 'reset') response.destroy();
    else response.writeHead(answer.status).end(JSON.stringify(answer.body));
  });
  vi.stubEnv('AWS_ENDPOINT_URL_EVENTBRIDGE', `http://127.0.0.1:${await listenOnLoopback(server, 0)}`);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  requests = [];
});

const EVENT = { source: 'mail-pipeline', detailType: 'Mail Parsed', detail: { id: 'x' } };
const put = (answered: Answer | 'reset') => {
  answer = answered;
  return eventBus('mails')?.put(EVENT);
};

describe('eventBus', () => {
  it('is null without a name', () => {
    expect(eventBus(null)).toBeNull();
  });

  it('puts one event on the bus of that name', async () => {
    await put(TAKEN);
    expect(requests).toEqual([
      {
        target: 'AWSEvents.PutEvents',
        Entries: [{ EventBusName: 'mails', Source: 'mail-pipeline', DetailType: 'Mail Parsed', Detail: '{"id":"x"}' }],
      },
    ]);
  });

  it.each<[string, Answer | 'reset', string, string]>([
    ['an entry that is throttled', refused('ThrottlingException'), 'transient', 'events.ThrottlingException'],
    ['an entry that fails inside', refused('InternalFailure'), 'transient', 'events.InternalFailure'],
    [
      'an entry that may not be put',
      refused('NotAuthorizedForSourceException'),
      'transient',
      'events.NotAuthorizedForSourceException',
    ],
    ['an entry that is no JSON', refused('MalformedDetail'), 'permanent', 'events.MalformedDetail'],
    ['a request that is throttled', failed(400, 'ThrottlingException'), 'transient', 'events.ThrottlingException'],
    ['a service that fails', failed(500, 'InternalException'), 'transient', 'events.InternalException'],
    ['a connection that is cut', 'reset', 'transient', 'events.TimeoutError'],
    ['a role that may not', failed(400, 'AccessDeniedException'), 'transient', 'events.AccessDeniedException'],
    ['a bus that is gone', failed(400, 'ResourceNotFoundException'), 'transient', 'events.ResourceNotFoundException'],
  ])('says whether a retry can help: %s', async (_name, answered, kind, code) => {
    await expect(put(answered)).rejects.toMatchObject({ kind, code });
  });
});
