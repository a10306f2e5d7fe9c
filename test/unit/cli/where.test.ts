import { describe, expect, it } from 'vitest';
import { where } from '../../../cli/where.ts';
import { attachment, parsedMail } from '../../support/parsed-mail.ts';

const MAIL = parsedMail({
  kind: 'bounce',
  defects: [{ code: 'mime.truncated', partId: null, detail: '' }],
  attachments: [attachment({ contentType: 'application/octet-stream', detectedType: 'application/pdf' })],
  subject: 'Order (1) [new]\nsecond line',
});

describe('where', () => {
  it.each([
    [[], true],
    [['kind=bounce'], true],
    [['kind=list'], false],
    [['kind!=list'], true],
    [['defect=mime.*'], true],
    [['defect=mime_truncated'], false],
    [['type=application/pdf'], true],
    [['from=*@EXAMPLE.org'], true],
    [['to=hidden@example.com'], true],
    [['subject=order (1) [new]*'], true],
    [['subject=Order'], false],
    [['route=*'], false],
    [['route!=x'], true],
    [['kind=bounce', 'defect=mime.truncated'], true],
    [['kind=bounce', 'defect=mime.encrypted'], false],
  ])('%j fits: %s', (conditions, fits) => {
    expect(where(conditions)(MAIL)).toBe(fits);
  });

  it.each(['kind', 'kind:bounce', 'color=red', '=x', '__proto__=x', 'constructor=x'])('refuses %j', (condition) => {
    expect(() => where([condition])).toThrow(`--where "${condition}": write FIELD=TEXT`);
  });
});
