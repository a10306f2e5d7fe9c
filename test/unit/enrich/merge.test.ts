import { describe, expect, it } from 'vitest';
import { withResults } from '../../../core/enrich/merge.ts';
import { partsOf, type Task } from '../../../core/enrich/task.ts';
import { failedResult, type SettledTask } from '../../../core/enrich/task-result.ts';
import type { MalwareVerdict } from '../../../core/mail/enrichment-schema.ts';
import { parsedMailSchema } from '../../../core/mail/parsed-mail.ts';
import { parsedMail } from '../../support/parsed-mail.ts';

const task = (step: Task['step'], partId: string | null): Task => ({ step, provider: 'test', partId, skip: null });

const found = (name: Task['step'], partId: string | null, result: unknown, costUsd = 0): SettledTask => ({
  parts: partId === null ? [] : [partId],
  step: { name, partId, status: 'ok', provider: 'test', ms: 5, reason: null, costUsd },
  result,
});

const scan = (partId: string, verdict: MalwareVerdict): SettledTask =>
  found('malware', partId, [{ partId, verdict, threats: [], reason: null }]);

const failed = (of: Task, ...why: [status: 'failed' | 'timed-out' | 'skipped', reason: string]): SettledTask => ({
  parts: partsOf(of),
  ...failedResult(of, ...why),
});

describe('the findings of tasks', () => {
  it('are in the document by step, with their cost', () => {
    const before = parsedMail({ enrichment: { language: { language: 'en', confidence: 1 } } });
    const mail = withResults(before, [
      found('ocr', '2', { partId: '2', source: 'ocr', pageCount: 1, pages: [], invoice: null }, 0.01),
      found('ocr', '3', { partId: '3', source: 'ocr', pageCount: 2, pages: [], invoice: null }, 0.02),
      found('entities', null, { entities: [] }, 0.0003),
      failed(task('model', null), 'timed-out', 'no answer'),
    ]);
    expect(parsedMailSchema.parse(mail)).toEqual(mail);
    expect(mail.enrichment).toEqual({
      language: { language: 'en', confidence: 1 },
      ocr: { documents: [expect.objectContaining({ partId: '2' }), expect.objectContaining({ partId: '3' })] },
      entities: { entities: [] },
      cost: { usd: 0.0303 },
    });
    expect(mail.steps.map(({ name, partId, status }) => [name, partId, status])).toEqual([
      ['ocr', '2', 'ok'],
      ['ocr', '3', 'ok'],
      ['entities', null, 'ok'],
      ['model', null, 'timed-out'],
    ]);
  });

  it.each<[MalwareVerdict, SettledTask[]]>([
    ['clean', [scan('2', 'clean'), scan('3', 'clean')]],
    ['infected', [scan('2', 'infected'), scan('3', 'not_scannable')]],
    ['not_scannable', [scan('2', 'clean'), scan('3', 'not_scannable')]],
    ['error', [scan('2', 'clean'), failed(task('malware', '3'), 'timed-out', 'the scanner is away')]],
  ])('make a mail %s by the worst of its attachments', (verdict, results) => {
    const { malware } = withResults(parsedMail(), results).enrichment;
    expect(malware).toMatchObject({ verdict, attachments: [{ partId: '2' }, { partId: '3' }] });
  });

  it('include every attachment of a task without a result', () => {
    const results = [
      scan('2', 'clean'),
      failed({ ...task('malware', '3'), moreParts: ['4', '5'] }, 'timed-out', 'late'),
    ];
    const late = { verdict: 'error', threats: [], reason: 'late', findings: null };
    expect(withResults(parsedMail(), results).enrichment.malware?.attachments.slice(1)).toEqual([
      { partId: '3', ...late },
      { partId: '4', ...late },
      { partId: '5', ...late },
    ]);
  });

  it('include a verdict in the format of an earlier version', () => {
    const infected = { partId: '2', verdict: 'infected', threats: ['X'], reason: null };
    expect(withResults(parsedMail(), [found('malware', '2', infected)]).enrichment.malware).toEqual({
      verdict: 'infected',
      attachments: [infected],
    });
  });
});
