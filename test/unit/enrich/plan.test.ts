import { describe, expect, it } from 'vitest';
import { planTasks } from '../../../core/enrich/plan.ts';
import { partsOf } from '../../../core/enrich/task.ts';
import type { Attachment } from '../../../core/mail/parsed-mail.ts';
import { type EnrichmentSettings, NO_ENRICHMENT } from '../../../core/settings/enrichment.ts';
import type { RouteSettings } from '../../../core/settings/publishing.ts';
import { attachment, parsedMail } from '../../support/parsed-mail.ts';

const KEY = { kind: 'file' as const, file: 'key' };
const SANDBOX = {
  url: 'https://box.example.com/files',
  key: KEY,
  deadlineMs: 1_000,
  contentTypes: ['application/*'],
  maxAttachmentsPerMail: 5,
};
const ALL: EnrichmentSettings = {
  ...NO_ENRICHMENT,
  sentiment: 'comprehend',
  entities: true,
  pii: true,
  ocr: { provider: 'textract', maxPagesPerPdf: 10, maxDocumentsPerMail: 2 },
  malware: { provider: 'guardduty', clamd: null, quarantine: null },
  detonation: SANDBOX,
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
  it('is empty when no asynchronous step is configured', () => {
    expect(tasksOf([attachment()], { ...NO_ENRICHMENT, language: true, sentiment: 'local' })).toEqual([]);
  });

  it('includes XML by its type or its name, signed or not', () => {
    const typed = attachment({ partId: '2', detectedType: null, contentType: 'text/xml', filename: null });
    const named = { detectedType: null, contentType: 'application/octet-stream' };
    const signed = attachment({ ...named, partId: '3', filename: 'IT01234567890_FPA01.XML.p7m' });
    const other = attachment({ ...named, partId: '4', filename: 'xml.bin' });
    const ocr = tasksOf([typed, signed, other]).filter((task) => task.startsWith('ocr'));
    expect(ocr).toEqual(['ocr textract 2 do', 'ocr textract 3 do']);
  });

  it('has each step for what it processes', () => {
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

  it('trusts the bytes of an attachment over its declared type', () => {
    const program = attachment({ contentType: 'image/png', detectedType: 'application/x-msdownload' });
    expect(tasksOf([program], { ...ALL, malware: null })).toContain('detonation box.example.com 2 do');
    expect(tasksOf([program])).not.toContain('ocr textract 2 do');
  });

  it.each<[string, string | null, string | null, string]>([
    // Pattern, name, detected, declared.
    ['application/hta', 'a.hta', null, 'text/plain'],
    ['application/hta', 'a.hta. ', 'text/html', 'text/plain'],
    ['text/javascript', 'a.JS', null, 'text/plain'],
    ['application/*', 'a.js', null, 'text/plain'],
    ['application/*', 'a.one', null, 'text/plain'],
    ['application/*', 'a.txt', 'application/onenote', 'text/plain'],
    ['application/*', 'a.iso', null, 'text/plain'],
    ['application/*', 'a.unheard-of', null, 'text/plain'],
    ['text/html', 'a.html', null, 'text/plain'],
    ['text/html', 'a.txt', 'text/html', 'text/plain'],
    ['image/svg+xml', 'a.svg', null, 'text/plain'],
    ['application/x-msdownload', 'a.png', 'application/x-msdownload', 'image/png'],
    ['application/x-msdownload', 'a.exe', 'image/png', 'image/png'],
    ['application/*', null, null, 'application/x-unknown'],
  ])('sends to the sandbox for %s: %s, detected as %s, declared %s', (pattern, name, detected, declared) => {
    const sandbox: EnrichmentSettings = { ...ALL, detonation: { ...SANDBOX, contentTypes: [pattern] } };
    const file = attachment({ filename: name, detectedType: detected, contentType: declared });
    expect(tasksOf([file], sandbox)).toContain('detonation box.example.com 2 do');
  });

  it.each<[string | null, string | null, string]>([
    ['notes.txt', null, 'text/plain'],
    ['notes.txt', null, 'application/octet-stream'],
    ['logo.png', 'image/png', 'application/octet-stream'],
    [null, null, 'message/delivery-status'],
  ])(
    'does not send to the sandbox for application/*: %s, detected as %s, declared %s',
    (filename, detectedType, contentType) => {
      const tasks = tasksOf([attachment({ filename, detectedType, contentType })]);
      expect(tasks).not.toContain('detonation box.example.com 2 do');
    },
  );

  it('includes no image of the HTML, and no empty attachment', () => {
    const logo = attachment({ partId: '2', detectedType: 'image/png', related: true });
    const related = attachment({ partId: '3', related: true });
    const empty = attachment({ partId: '4', size: 0 });
    const ocr = tasksOf([logo, related, empty]).filter((task) => task.startsWith('ocr'));
    expect(ocr).toEqual(['ocr textract 3 do']);
  });

  it('includes attachments of attached mails', () => {
    const inner = attachment({ partId: '2.2' });
    const message = {
      ...{ subject: null, from: [], to: [], cc: [], date: null, messageId: null, text: null, html: null },
      attachments: [inner],
    };
    const outer = attachment({ contentType: 'message/rfc822', detectedType: null, message });
    expect(tasksOf([outer])).toEqual(expect.arrayContaining(['ocr textract 2.2 do', 'malware guardduty 2.2 do']));
  });

  it('records what exceeds a limit instead of leaving it out', () => {
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
  ])('scans every attachment: %i in %i tasks of %i', (count, taskCount, size) => {
    const attachments = Array.from({ length: count }, (_, index) => attachment({ partId: String(index + 1) }));
    const tasks = planTasks(parsedMail({ attachments }), { ...NO_ENRICHMENT, malware: ALL.malware }, []);
    expect(tasks.flatMap(partsOf)).toEqual(attachments.map(({ partId }) => partId));
    expect(tasks.every(({ skip }) => skip === null)).toBe(true);
    expect(tasks).toHaveLength(taskCount);
    expect(Math.max(...tasks.map((task) => partsOf(task).length))).toBe(size);
  });

  it('has the steps that the routes of the mail choose', () => {
    const routes = [route('plain', []), route('invoices', ['ocr'])];
    expect(tasksOf([attachment()], ALL, routes, 'plain')).toEqual([]);
    expect(tasksOf([attachment()], ALL, routes, 'invoices')).toEqual(['ocr textract 2 do']);
    expect(tasksOf([attachment()], ALL, routes, null)).toHaveLength(7);
  });
});
