import { describe, expect, it } from 'vitest';
import { decodeEnrichMessage, encodeEnrichMessage, enrichMessage } from '../../../core/enrich/messages.ts';

const ID = '01KAK3M2Z0000000000000000A';

describe('messages to the enricher', () => {
  it('are decoded as they were encoded', () => {
    const mail = { id: ID, revision: 2 };
    expect(decodeEnrichMessage(enrichMessage('enrich', mail))).toEqual({ type: 'enrich', ...mail });
    expect(decodeEnrichMessage(enrichMessage('deadline', mail))).toEqual({ type: 'deadline', ...mail });
    const resume = { type: 'resume' as const, ...mail, step: 'detonation' as const, partId: '2.1' };
    expect(decodeEnrichMessage(encodeEnrichMessage(resume))).toEqual(resume);
  });

  it('include callbacks of a service that knows mail and part', () => {
    const callBack = { type: 'resume', id: ID, step: 'detonation', partId: '2' };
    expect(decodeEnrichMessage(JSON.stringify(callBack))).toEqual({ ...callBack, revision: null });
  });

  it('include what Textract publishes to SNS, wrapped or raw', () => {
    const notice = { JobId: 'j-1', Status: 'SUCCEEDED', API: 'StartExpenseAnalysis', JobTag: `${ID}.3.2.1` };
    const resume = { type: 'resume', id: ID, revision: 3, step: 'ocr', partId: '2.1' };
    expect(decodeEnrichMessage(JSON.stringify(notice))).toEqual(resume);
    const wrapped = { Type: 'Notification', MessageId: 'm', Message: JSON.stringify(notice) };
    expect(decodeEnrichMessage(JSON.stringify(wrapped))).toEqual(resume);
  });

  it("include EventBridge's scan results, for every parse of the mail", () => {
    const event = {
      source: 'aws.guardduty',
      'detail-type': 'GuardDuty Malware Protection Object Scan Result',
      detail: {
        scanStatus: 'COMPLETED',
        s3ObjectDetails: { bucketName: 'content', objectKey: `attachments/${ID}/2` },
        scanResultDetails: { scanResultStatus: 'NO_THREATS_FOUND' },
      },
    };
    expect(decodeEnrichMessage(JSON.stringify(event))).toEqual({
      type: 'resume',
      id: ID,
      revision: null,
      step: 'malware',
      partId: '2',
    });
  });

  it.each([
    'no JSON',
    '[]',
    '{"type":"enrich","id":"../../parsed/x","revision":1}',
    '{"type":"enrich","id":"01KAK3M2Z0000000000000000A","revision":1.5}',
    '{"type":"resume","id":"01KAK3M2Z0000000000000000A","revision":1,"step":"language","partId":null}',
    '{"JobId":"j","JobTag":"of somebody else"}',
    '{"JobId":"j","JobTag":"01KAK3M2Z0000000000000000A.1.2/../3"}',
    '{"Type":"Notification","Message":"hello"}',
    '{"source":"aws.guardduty","detail-type":"GuardDuty Malware Protection Object Scan Result","detail":{"s3ObjectDetails":{"objectKey":"raw/x.eml"}}}',
  ])('do not include %s', (body) => {
    expect(decodeEnrichMessage(body)).toBeNull();
  });
});
