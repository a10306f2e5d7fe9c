import { describe, expect, it } from 'vitest';
import { planTasks } from '../../../core/enrich/plan.ts';
import { partsOf } from '../../../core/enrich/task.ts';
import type { Attachment } from '../../../core/mail/parsed-mail.ts';
import { type EnrichmentSettings, NO_ENRICHMENT } from '../../../core/settings/enrichment.ts';
import type { RouteSettings } from '../../../core/settings/publishing.ts';
import { attachment, parsedMail } from '../../support/parsed-mail.ts';

const KEY = { kind: 'file' as const, file: 'key' };
const ALL: EnrichmentSettings = {
  ...NO_ENRICHMENT,
  sentiment: 'comprehend',
  entities: true,
  pii: true,
  ocr: { provider: 'textract', maxPagesPerPdf: 10, maxDocumentsPerMail: 2 },
  malware: { provider: 'guardduty', clamd: null, quarantine: null },
  detonation: {
    url: 'https://box.example.com/files',
    key: KEY,
    deadlineMs: 1_000,
    contentTypes: ['application/*'],
    maxAttachmentsPerMail: 5,
  },
  model: { url: 'https://model.example.com/', key: KEY, deadlineMs: 1_000, costUsd: 0 },
};

const tasksOf = (attachments: Attachment[], settings = ALL, routes: RouteSettings[] = [], name: string | null = null) =>
  planTasks(parsedMail({ attachments, routes: [{ name, recipients: [] }] }), settings, routes).map(
    ({ step, provider, partId, skip }) => [step, provider, partId, skip === null ? 'do' : 'skip'].join(' '),
  );

const route = (name: string, enrichment: RouteSettings['enrichment']): RouteSettings => ({
  name,
  recipients: null,
  kinds: null,
  headers: null,
  maxMailBytes: null,
  messageLimitBytes: 256 * 1024,
  enrichment,
});

describe('the plan of a mail', () => {
  it('is empty when nothing slow is configured', () => {
    expect(tasksOf([attachment()], { ...NO_ENRICHMENT, language: true, sentiment: 'local' })).toEqual([]);
  });

  it('reads XML by its type or its name, signed or not', () => {
    const typed = attachment({ partId: '2', detectedType: null, contentType: 'text/xml', filename: null });
    const named = { detectedType: null, contentType: 'application/octet-stream' };
    const signed = attachment({ ...named, partId: '3', filename: 'IT01234567890_FPA01.XML.p7m' });
    const other = attachment({ ...named, partId: '4', filename: 'xml.bin' });
    const ocr = tasksOf([typed, signed, other]).filter((task) => task.startsWith('ocr'));
    expect(ocr).toEqual(['ocr textract 2 do', 'ocr textract 3 do']);
  });

  it('has each step for what it works on', () => {
    const image = attachment({ partId: '3', detectedType: 'image/png', contentType: 'application/octet-stream' });
    expect(tasksOf([attachment(), image])).toEqual([
      'ocr textract 2 do',
      'ocr textract 3 do',
      'malware guardduty 2 do',
      'malware guardduty 3 do',
      'detonation box.example.com 2 do',
      'sentiment comprehend  do',
      'entities comprehend  do',
      'pii comprehend  do',
      'model model.example.com  do',
    ]);
  });

  it('believes the bytes of an attachment, not what it says of itself', () => {
    const program = attachment({ contentType: 'image/png', detectedType: 'application/x-msdownload' });
    expect(tasksOf([program], { ...ALL, malware: null })).toContain('detonation box.example.com 2 do');
    expect(tasksOf([program])).not.toContain('ocr textract 2 do');
  });

  it('reads no image of the HTML, and nothing that is empty', () => {
    const logo = attachment({ partId: '2', detectedType: 'image/png', related: true });
    const related = attachment({ partId: '3', related: true });
    const empty = attachment({ partId: '4', size: 0 });
    const ocr = tasksOf([logo, related, empty]).filter((task) => task.startsWith('ocr'));
    expect(ocr).toEqual(['ocr textract 3 do']);
  });

  it('goes into attached mails', () => {
    const inner = attachment({ partId: '2.2' });
    const message = {
      ...{ subject: null, from: [], to: [], cc: [], date: null, messageId: null, text: null, html: null },
      attachments: [inner],
    };
    const outer = attachment({ contentType: 'message/rfc822', detectedType: null, message });
    expect(tasksOf([outer])).toEqual(expect.arrayContaining(['ocr textract 2.2 do', 'malware guardduty 2.2 do']));
  });

  it('says what is too much instead of leaving it out', () => {
    const many = Array.from({ length: 150 }, (_, index) => attachment({ partId: String(index + 1) }));
    const tasks = tasksOf(many);
    expect(tasks.filter((task) => /^ocr.*do$/.test(task))).toHaveLength(2);
    expect(tasks.filter((task) => /^ocr.*skip$/.test(task))).toHaveLength(148);
  });

  it.each([
    [1, 1, 1],
    [100, 100, 1],
    [101, 51, 2],
    [1_000, 100, 10],
    [1_001, 91, 11],
  ])('scans every attachment, %i of them in %i tasks of %i', (count, taskCount, size) => {
    const attachments = Array.from({ length: count }, (_, index) => attachment({ partId: String(index + 1) }));
    const tasks = planTasks(parsedMail({ attachments }), { ...NO_ENRICHMENT, malware: ALL.malware }, []);
    expect(tasks.flatMap(partsOf)).toEqual(attachments.map(({ partId }) => partId));
    expect(tasks.every(({ skip }) => skip === null)).toBe(true);
    expect(tasks).toHaveLength(taskCount);
    expect(Math.max(...tasks.map((task) => partsOf(task).length))).toBe(size);
  });

  it('is what the routes of the mail want', () => {
    const routes = [route('plain', []), route('invoices', ['ocr'])];
    expect(tasksOf([attachment()], ALL, routes, 'plain')).toEqual([]);
    expect(tasksOf([attachment()], ALL, routes, 'invoices')).toEqual(['ocr textract 2 do']);
    expect(tasksOf([attachment()], ALL, routes, null)).toHaveLength(7);
  });
});
