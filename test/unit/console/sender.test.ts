import { describe, expect, it } from 'vitest';
import { DEFECT_CODES, type DefectCode } from '../../../core/mail/defects.ts';
import type { AuthResult, ParsedMail } from '../../../core/mail/parsed-mail.ts';
import { defectViews } from '../../../local/console/mail/defect-references.ts';
import { senderStatement } from '../../../local/console/mail/sender.ts';
import { parsedMail } from '../../support/parsed-mail.ts';

type Signature = AuthResult['dkim'][number];

const FIELDS: Signature['signedFields'] = ['from', 'to', 'subject', 'date', 'content-type'];
const signature = (of: Partial<Signature> = {}): Signature => ({
  result: 'pass',
  domain: 'example.org',
  selector: 's1',
  aligned: true,
  signedFields: FIELDS,
  detail: null,
  ...of,
});
const PASS: AuthResult = {
  spf: { result: 'pass', domain: 'example.org', detail: null },
  dkim: [signature()],
  dmarc: { result: 'pass', domain: 'example.org', policy: 'reject', alignment: { spf: true, dkim: true } },
  arc: { result: 'none', instances: 0, domain: null },
  senderVerified: true,
};
const NOT_MET = {
  result: 'fail',
  domain: 'example.org',
  policy: 'reject',
  alignment: { spf: false, dkim: false },
} as const;

const HEADERS = ['From', 'To', 'Subject', 'Date'].map((name) => ({ name, value: 'x' }));
const statement = (auth: AuthResult | null, overrides: Partial<ParsedMail> = {}) =>
  senderStatement(parsedMail({ auth, headers: HEADERS, ...overrides }));

describe('who sent a mail', () => {
  it('is verified when a signature of the domain covers every displayed field', () => {
    const { level, sentence, unsigned } = statement(PASS);
    expect([level, unsigned]).toEqual(['verified', []]);
    expect(sentence).toContain('example.org signed this mail');
  });

  it.each(['subject', 'from', 'to', 'date'] as const)('is not verified when %s is not signed', (field) => {
    const auth = { ...PASS, dkim: [signature({ signedFields: FIELDS.filter((name) => name !== field) })] };
    const { level, sentence, unsigned } = statement(auth);
    expect([level, unsigned]).toEqual(['partly', [field]]);
    expect(sentence).toContain(`but not its ${field}`);
  });

  it('is not verified when a field was added that no signature covers', () => {
    const headers = [...HEADERS, { name: 'Reply-To', value: 'eve@example.net' }];
    expect(statement(PASS, { headers })).toMatchObject({ level: 'partly', unsigned: ['reply-to'] });
  });

  it.each([
    ['passes for another domain', signature({ aligned: false })],
    ['fails', signature({ result: 'fail', signedFields: [] })],
  ])('is not verified by a signature that %s', (_what, dkim) => {
    const { level, sentence, unsigned } = statement({ ...PASS, dkim: [dkim] });
    expect([level, unsigned]).toEqual(['partly', ['from', 'to', 'subject', 'date', 'body']]);
    expect(sentence).toContain('Nothing in it is signed');
    const auth = { ...PASS, dkim: [dkim], senderVerified: false, dmarc: { ...NOT_MET, policy: 'none' as const } };
    expect(statement(auth).level).toBe('unverified');
  });

  it('is not verified when two readings of the mail differ', () => {
    const { level, sentence, evidence } = statement(PASS, {
      ambiguous: true,
      defects: [{ code: 'mime.ambiguous', partId: null, detail: 'two boundaries' }],
    });
    expect(level).toBe('partly');
    expect(sentence).toContain('Two readings of this mail differ');
    expect(evidence).toContainEqual(expect.objectContaining({ check: 'ambiguity', speaks: 'against' }));
  });

  it('is contradicted only when the policy of the domain asks to reject failing mails', () => {
    const auth = { ...PASS, senderVerified: false, dkim: [], dmarc: NOT_MET };
    expect(statement(auth)).toMatchObject({
      level: 'contradicted',
      sentence: expect.stringContaining('asks receivers to reject'),
    });
    expect(statement({ ...auth, dmarc: { ...NOT_MET, policy: 'none' } }).level).toBe('unverified');
  });

  it('is unknown when it was not checked, or DNS did not answer', () => {
    expect(statement(null)).toMatchObject({ level: 'unknown', sentence: expect.stringContaining('was not checked') });
    const spf = { result: 'temperror', domain: 'example.org', detail: 'no answer' } as const;
    const dmarc = { ...NOT_MET, result: 'none', policy: null } as const;
    expect(statement({ ...PASS, senderVerified: false, spf, dkim: [], dmarc }).level).toBe('unknown');
  });

  it('is not verified when there is not exactly one author', () => {
    const dmarc = { ...NOT_MET, result: 'permerror', policy: null, domain: null } as const;
    const { level, sentence } = statement({ ...PASS, senderVerified: false, dmarc });
    expect([level, sentence.startsWith('No sender is verified')]).toEqual(['unverified', true]);
  });

  it('comes with evidence, including the fields each signature covers', () => {
    const { evidence } = statement(PASS);
    expect(evidence.map(({ check, result, speaks }) => [check, result, speaks])).toEqual([
      ['dmarc', 'pass', 'for'],
      ['dkim', 'pass', 'for'],
      ['spf', 'pass', 'for'],
    ]);
    expect(evidence[1]?.signedFields).toEqual(FIELDS);
  });
});

it('every defect has a meaning, and a reference where an RFC applies', () => {
  const codes = Object.keys(DEFECT_CODES) as DefectCode[];
  for (const view of defectViews(codes.map((code) => ({ code, partId: null, detail: '' })))) {
    expect(view.meaning).toBe(DEFECT_CODES[view.code]);
    expect(view.rfc === null).toBe(view.rfcUrl === null);
  }
});
