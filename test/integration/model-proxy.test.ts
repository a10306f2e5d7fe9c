import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { JsonService } from '../../core/http/json-service.ts';
import { ModelHttp } from '../../lambda/enricher/steps/model/model-http.ts';
import { Child } from '../support/child.ts';
import { parsedMail } from '../support/parsed-mail.ts';
import { type Posted, WebhookReceiver } from '../support/webhook-receiver.ts';

let chat: WebhookReceiver;
let answer: (response: ServerResponse, posted: Posted) => void;
let proxy: Child;
let url = '';
beforeAll(async () => {
  chat = await WebhookReceiver.start((posted, response) => answer(response, posted));
  proxy = new Child(process.execPath, ['--import', 'tsx', 'examples/model-proxy.ts'], {
    env: {
      ...process.env,
      SIGNING_KEY: 'k',
      CHAT_URL: `${chat.url}/v1/chat/completions`,
      CHAT_MODEL: 'm',
      CHAT_KEY: 'bearer',
      PORT: '0',
    },
  });
  url = `http://127.0.0.1:${(await proxy.printed(/port: (\d+)/))[1]}/`;
});
afterAll(async () => {
  proxy.signal('SIGKILL');
  await proxy.ended();
  await chat.stop();
});

const ask = (key: string, now = new Date()) =>
  new ModelHttp({
    service: new JsonService({
      name: 'model',
      url,
      deadlineMs: 10_000,
      allowLoopback: true,
      key: async () => key,
      now: () => now,
    }),
    costUsd: 0,
  }).run({
    task: { step: 'model', provider: '127.0.0.1', partId: null, skip: null },
    mail: parsedMail(),
    attachment: null,
    signal: new AbortController().signal,
    spend: async () => true,
  });

const says = (content: string) => (response: ServerResponse) =>
  response.end(JSON.stringify({ choices: [{ message: { role: 'assistant', content } }] }));

it('the example proxy asks a model and returns its object', async () => {
  answer = says('{"urgent":false,"topic":"twelve boxes","summary":"They want twelve."}');
  expect(await ask('k')).toMatchObject({ status: 'ok', result: { urgent: false, topic: 'twelve boxes' } });
  const [{ path, headers, body } = {}] = chat.posted;
  expect([path, headers?.authorization]).toEqual(['/v1/chat/completions', 'Bearer bearer']);
  const [, { content }] = JSON.parse(String(body)).messages;
  expect(JSON.parse(content)).toEqual({ subject: 'Zwölf Kisten', text: 'Twelve, please.\n' });
});

it('the example proxy shows nothing to a model without our recent signature', async () => {
  const before = chat.posted.length;
  await expect(ask('another')).rejects.toMatchObject({ code: 'model.refused' });
  await expect(ask('k', new Date(Date.now() - 600_000))).rejects.toMatchObject({ code: 'model.refused' });
  expect(chat.posted.length).toBe(before);
});

it.each([
  ['fails', (response: ServerResponse) => response.writeHead(500).end()],
  ['talks instead', says('Sure! Here is your JSON:')],
])('the example proxy is called again when the model %s', async (_what, how) => {
  answer = how;
  await expect(ask('k')).rejects.toMatchObject({ code: 'model.busy', kind: 'transient' });
});
