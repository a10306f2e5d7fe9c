import { expect, it } from 'vitest';
import { Channel } from '../../core/stream/channel.ts';

const chunk = (text: string) => Buffer.from(text);

it('hands chunks over in order, to its end', async () => {
  const channel = new Channel();
  for (const text of ['one', 'two']) channel.push(chunk(text));
  channel.end();
  expect(Buffer.concat(await collected(channel)).toString()).toBe('onetwo');
});

it('has room again when the reader comes back for more, not when it gets a chunk', async () => {
  const channel = new Channel();
  expect(channel.room()).toBeNull();
  channel.push(chunk('one'));
  let room = false;
  const waiting = channel.room()?.then(() => {
    room = true;
  });
  const reader = channel[Symbol.asyncIterator]();
  expect((await reader.next()).value).toEqual(chunk('one'));
  expect(room).toBe(false);
  const next = reader.next();
  await waiting;
  channel.push(chunk('two'));
  expect((await next).value).toEqual(chunk('two'));
});

it('lets the writer run ahead up to its high-water mark', () => {
  const channel = new Channel({ highWaterBytes: 10 });
  channel.push(chunk('123456789'));
  expect(channel.room()).toBeNull();
  channel.push(chunk('0'));
  expect(channel.room()).not.toBeNull();
});

it('gives the reader an error instead of what is left, and lets the writer go', async () => {
  const channel = new Channel();
  channel.push(chunk('left'));
  const room = channel.room();
  channel.fail(new Error('the client left'));
  await room;
  await expect(channel[Symbol.asyncIterator]().next()).rejects.toThrow('the client left');
});

it('drops what is pushed after the reader has stopped, and makes nobody wait for it', async () => {
  const channel = new Channel();
  channel.push(chunk('one'));
  for await (const _ of channel) break;
  channel.push(chunk('two'));
  expect(channel.room()).toBeNull();
});

async function collected(channel: Channel): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const each of channel) chunks.push(each);
  return chunks;
}
