import { describe, expect, it } from 'vitest';
import { bounceFromHeaders, kindOf } from '../../../core/mail/kind.ts';
import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import { NO_BOUNCES } from '../../support/no-bounces.ts';
import { parsedMail } from '../../support/parsed-mail.ts';
import { readMail } from './read-mail.ts';

describe('mails that only resemble bounces', () => {
  it('are more than sixty', () => expect(new Set(NO_BOUNCES.map(({ mail }) => mail)).size).toBeGreaterThan(60));

  it.each(NO_BOUNCES.map(({ about, mail }) => [about, mail] as const))('%s is not a bounce', async (_about, mail) => {
    const { content } = await readMail(new StreamingMimeReader(), mail);
    const composed = parsedMail({ ...content, envelope: null });
    composed.bounce ??= bounceFromHeaders(composed);
    expect(kindOf(composed)).not.toBe('bounce');
    expect(composed.bounce?.recipients.every(({ type }) => type === 'delivered') ?? true).toBe(true);
  });
});
