import { describe, expect, it } from 'vitest';
import { decodeS3Event, encodeS3Event } from '../../core/aws/s3-event.ts';

const record = (key: string, eventName = 'ObjectCreated:Put') => ({
  eventName,
  s3: { bucket: { name: 'raw-mail' }, object: { key } },
});

describe('S3 events', () => {
  it.each(['raw/2026/11/22/10/x.eml', 'a b+c.eml', 'grüße/名前.eml', '100%.eml', 'a%2Fb.eml'])(
    'round-trip %s',
    (key) => {
      const object = { bucket: 'raw-mail', key, versionId: null, revision: 3 };
      expect(decodeS3Event(JSON.parse(encodeS3Event(object)))).toEqual({ created: [object], malformedKeys: [] });
    },
  );

  it('decodes a key once', () => {
    expect(decodeS3Event({ Records: [record('a%252Bb%2Bc+d.eml')] })?.created[0]?.key).toBe('a%2Bb+c d.eml');
  });

  it('tells a malformed key from its neighbours', () => {
    const decoded = decodeS3Event({ Records: [record('%zz.eml'), record('fine.eml')] });
    expect(decoded?.malformedKeys).toEqual(['%zz.eml']);
    expect(decoded?.created.map((object) => object.key)).toEqual(['fine.eml']);
  });

  it('ignores the test event and removals', () => {
    const nothing = { created: [], malformedKeys: [] };
    expect(decodeS3Event({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'raw-mail' })).toEqual(nothing);
    expect(decodeS3Event({ Records: [record('x.eml', 'ObjectRemoved:Delete')] })).toEqual(nothing);
  });

  it.each([[null], ['text'], [{}], [{ Records: [{}] }], [[]]])('says that %j is no S3 event', (body) => {
    expect(decodeS3Event(body)).toBeNull();
  });
});
