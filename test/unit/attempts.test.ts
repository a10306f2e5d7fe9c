import { expect, it } from 'vitest';
import { beginAttempt, keepFailedAttempt, readAttempts } from '../../core/outcome/attempts.ts';
import { MemoryStore } from '../support/memory-aws.ts';
import { quietLog } from '../support/quiet-log.ts';

const BUCKET = 'mail-content';
const MAX_ATTEMPTS = 5;
const message = (receiveCount: number) => ({ messageId: 'm', receiveCount });

it('an attempt that the store cannot count is never the last, and uses none up', async () => {
  for (const operation of ['get', 'put']) {
    let away = true;
    const store = new MemoryStore(async (name) => {
      if (away && name.startsWith(operation)) throw new Error('away');
    });
    for (const receiveCount of [2, 5, 900]) {
      const attempt = await beginAttempt(store, BUCKET, message(receiveCount), MAX_ATTEMPTS);
      expect(attempt).toMatchObject({ last: false, hopeless: false, counted: false });
      await keepFailedAttempt({ store, contentBucket: BUCKET, log: quietLog() }, 'm', attempt, new Error('away'));
    }
    away = false;
    expect(await readAttempts(store, BUCKET, 'm')).toBeNull();
    expect(await beginAttempt(store, BUCKET, message(901), MAX_ATTEMPTS)).toMatchObject({
      number: 1,
      last: false,
      counted: true,
    });
  }
});
