import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { TestPipeline, textMail } from '../support/local-pipeline.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const path = temporaryDirectory();
let pipeline: TestPipeline | null = null;
afterEach(() => pipeline?.program.killAll());

it('a bit flipped on disk costs one message, and every start reports it until the set-aside file is deleted', async () => {
  const directory = path('data');
  const first = await TestPipeline.start(directory);
  pipeline = first;
  const ids = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => first.send(textMail(`mail ${n}`))));
  await expect.poll(async () => (await first.queue('parsed-mail').depth()).visible, { interval: 200 }).toBe(ids.length);
  await first.stop();
  expect(first.program.stderr).toMatch(/^mail-pipeline start: stopped[^\n]*\n$/);

  const [name = ''] = (await readdir(join(directory, 'sqs'))).filter((file) => file.endsWith('.log'));
  const segment = join(directory, 'sqs', name);
  const bytes = await readFile(segment);
  // Within a visible message that has others after it.
  const at = bytes.indexOf('"subject":"mail ');
  expect(at).toBeGreaterThan(0);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  await writeFile(segment, bytes);

  pipeline = await TestPipeline.start(directory);
  expect(pipeline.program.stderr).toMatch(/^DAMAGED RECORDS.*\n.*sqs\/0000000001\.log\.damaged-\S+ \(\d+ bytes\)/);
  expect(pipeline.program.stderr).toMatch(/Messages may be missing.*\n.*mail-pipeline replay/);
  expect(await pipeline.queue('parsed-mail').depth()).toMatchObject({ visible: ids.length - 1 });
  await pipeline.stop();

  pipeline = await TestPipeline.start(directory);
  expect(pipeline.program.stderr).toMatch(/^DAMAGED RECORDS/);
  expect(await pipeline.queue('parsed-mail').depth()).toMatchObject({ visible: ids.length - 1 });
  await pipeline.stop();
  pipeline = null;
});
