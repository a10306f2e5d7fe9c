import { describe, expect, it } from 'vitest';
import { firstMailIdAt, foreignMailId, isMailId, mailIdTime, mintMailId } from '../../core/mail/id.ts';
import { failedKey, mailIdOfOutcomeKey, mailIdOfRawKey, parsedKey, rawKey } from '../../core/mail/keys.ts';

const AT = new Date('2025-11-22T10:59:59.999Z');

describe('keys', () => {
  it('put a mail under the UTC hour of its id', () => {
    const id = firstMailIdAt(AT);
    expect(rawKey(id)).toBe(`raw/2025/11/22/10/${id}.eml`);
  });

  it('mint ids that contain their time and never go backwards, even when the clock does', () => {
    const before = Date.now();
    const first = mintMailId();
    expect(mailIdTime(first).getTime()).toBeGreaterThanOrEqual(before);
    expect(mintMailId(AT.getTime()) > first).toBe(true);
  });

  it('yield an id only if they could have been built from it', () => {
    const id = mintMailId();
    expect(mailIdOfRawKey(rawKey(id))).toBe(id);
    expect(mailIdOfRawKey(`raw/elsewhere/${id}.eml`)).toBeNull();
    expect(mailIdOfRawKey('raw/__proto__.eml')).toBeNull();
    expect(mailIdOfOutcomeKey(parsedKey(id))).toBe(id);
    expect(mailIdOfOutcomeKey(failedKey(id))).toBe(id);
    expect(mailIdOfOutcomeKey(rawKey(id))).toBeNull();
  });

  it('give an object that the edge did not write the same id each time', () => {
    const place = { bucket: 'bucket', key: 'key' };
    const id = foreignMailId(place, AT);
    expect(isMailId(id)).toBe(true);
    expect(foreignMailId(place, new Date(Math.floor(AT.getTime() / 1000) * 1000 + 999))).toBe(id);
    expect(foreignMailId({ ...place, key: 'key2' }, AT)).not.toBe(id);
    expect(foreignMailId(place, new Date(AT.getTime() + 1000))).not.toBe(id);
  });
});
