import { describe, expect, it } from 'vitest';
import { defineConfig } from '../../../core/config/define-config.ts';
import { publishedQueues } from '../../../core/config/published-queues.ts';
import type { PipelineConfigInput } from '../../../core/config/schema.ts';
import { enrichmentSettings, publishingSettings, routingSettings } from '../../../core/config/to-settings.ts';
import { quarantined } from '../../../core/enrich/quarantine.ts';
import type { DefectCode } from '../../../core/mail/defects.ts';
import type { MalwareVerdict } from '../../../core/mail/enrichment-schema.ts';
import type { ParsedMail } from '../../../core/mail/parsed-mail.ts';
import { mailRouter } from '../../../core/mail/routes.ts';
import { deadLetterEnvironment } from '../../../core/settings/publishing.ts';
import { queues } from '../../../local/topology.ts';
import { attachment, parsedMail } from '../../support/parsed-mail.ts';

const ROUTES = [
  { name: 'sales', recipients: ['sales@example.com', 'both@example.com'] },
  { name: null, recipients: ['both@example.com', 'x@example.com'] },
];
const scanned = (...verdicts: MalwareVerdict[]): ParsedMail =>
  parsedMail({
    route: 'sales',
    routes: ROUTES,
    attachments: verdicts.map((_, index) => attachment({ partId: String(index + 2) })),
    enrichment: {
      malware: {
        verdict: verdicts.includes('infected') ? 'infected' : (verdicts[0] ?? 'error'),
        attachments: verdicts.map((verdict, index) => ({
          partId: String(index + 2),
          verdict,
          threats: [],
          reason: null,
        })),
      },
    },
  });
const defective = (code: DefectCode): ParsedMail => parsedMail({ defects: [{ code, partId: null, detail: '' }] });

describe('quarantine', () => {
  it.each(['infected', 'unscanned'] as const)('takes an infected mail from all its recipients: %s', (quarantine) => {
    const mail = scanned('clean', 'infected');
    const held = quarantined(mail, quarantine);
    expect(held).toEqual({
      ...mail,
      route: 'quarantine',
      routes: [{ name: 'quarantine', recipients: ['sales@example.com', 'both@example.com', 'x@example.com'] }],
    });
    expect(quarantined(held, quarantine)).toEqual(held);
  });

  it.each<[what: string, mail: ParsedMail, unscanned: boolean]>([
    ['clean', scanned('clean', 'clean'), false],
    ['failed on', scanned('clean', 'error'), true],
    ['too large', scanned('limit', 'clean'), true],
    ['encrypted', scanned('clean', 'not_scannable'), true],
    ['without attachments', parsedMail(), false],
    ['never asked about', parsedMail({ attachments: [attachment()] }), true],
    ['asked about in part', { ...scanned('clean'), attachments: [attachment(), attachment({ partId: '3' })] }, true],
    ['read in part', defective('mime.parts_limit'), true],
    ['not read to its depth', defective('mime.depth_limit'), true],
    ['not read in time', defective('parse.deadline'), true],
    ['not read at all', defective('parse.crash'), true],
    ['untidy', defective('mime.epilogue'), false],
  ])('of mails without a finding applies only with "unscanned": %s', (_what, mail, unscanned) => {
    expect(quarantined(mail, 'infected')).toBe(mail);
    expect(quarantined(mail, 'unscanned').route === 'quarantine').toBe(unscanned);
  });

  it('considers attachments of attached mails', () => {
    const message = {
      ...{ subject: null, from: [], to: [], cc: [], date: null, messageId: null, text: null, html: null },
      attachments: [attachment({ partId: '2.1' })],
    };
    const mail = { ...scanned('clean'), attachments: [attachment({ partId: '2', message })] };
    expect(quarantined(mail, 'unscanned').route).toBe('quarantine');
  });

  it('does nothing when it is off', () => {
    const mail = scanned('infected');
    expect(quarantined(mail, null)).toBe(mail);
  });
});

describe('the queue of the quarantine', () => {
  const CLAMD = { host: '127.0.0.1' };
  const on = defineConfig({
    routes: [{ name: 'sales', recipients: ['sales'], queue: { retentionSeconds: 86_400 } }],
    enrichment: { malware: { clamd: CLAMD, quarantine: true } },
  });
  const off = defineConfig({ routes: on.routes, enrichment: { malware: { clamd: CLAMD } } });

  it('is one of the published queues, with the settings of `queue`', () => {
    expect(publishedQueues(on).map(({ route }) => route)).toEqual([null, 'sales', 'quarantine']);
    expect(publishedQueues(on).at(-1)?.queue).toEqual(on.queue);
    expect(publishedQueues(off).map(({ route }) => route)).toEqual([null, 'sales']);
  });

  it.each([
    [true, 'infected'],
    ['infected', 'infected'],
    ['unscanned', 'unscanned'],
    [false, null],
  ] as const)('is derived as %j from %j', (quarantine, setting) => {
    const config = defineConfig({ enrichment: { malware: { clamd: CLAMD, quarantine } } });
    expect(enrichmentSettings(config, 'local').malware?.quarantine).toBe(setting);
    expect(publishedQueues(config).some(({ route }) => route === 'quarantine')).toBe(setting !== null);
  });

  it('exists in local mode', () => {
    const names = (config: typeof on) => queues(config).map(({ name }) => name);
    expect(names(on)).toEqual([...names(off), 'parsed-mail-quarantine-dlq', 'parsed-mail-quarantine']);
  });

  it('is known to every publisher, and no rule matches it', () => {
    const routing = routingSettings(on);
    const placement = { contentBucket: 'c', destinationQueue: 'q', eventQueue: 'e', metricsNamespace: 'N' };
    const settings = publishingSettings(on, placement);
    expect(deadLetterEnvironment.decode(deadLetterEnvironment.encode(settings)).routing).toEqual(routing);
    expect(routing.routes.map(({ name }) => name)).toEqual(['sales', 'quarantine']);
    const route = mailRouter(routing.routes, '+');
    const to = (address: string) => route(parsedMail(), { rcptTo: [{ address, route: null }] }).route;
    expect([to('sales@example.com'), to('quarantine@example.com')]).toEqual(['sales', null]);
  });

  it.each<[string, PipelineConfigInput, RegExp]>([
    [
      'a quarantine without a scanner',
      { enrichment: { malware: { quarantine: true } } },
      /enrichment\.malware\.quarantine is true: no scanner is configured .* set enrichment\.malware\.guardDuty to true, or configure enrichment\.malware\.clamd/,
    ],
    [
      'a gate that nobody opens',
      { enrichment: { malware: { clamd: CLAMD, readGate: true } } },
      /enrichment\.malware\.readGate is true: only the tag that GuardDuty sets .* set enrichment\.malware\.guardDuty to true/,
    ],
    [
      'a route of that name',
      {
        routes: [{ name: 'quarantine', kinds: ['bounce'] }],
        enrichment: { malware: { clamd: CLAMD, quarantine: true } },
      },
      /routes\.0\.name is "quarantine": this name is reserved for infected mails .* choose another name/,
    ],
    [
      'a route whose attachments nobody scans',
      {
        routes: [
          { name: 'all', kinds: ['list'] },
          { name: 'plain', kinds: ['bounce'], enrichment: ['ocr'] },
        ],
        enrichment: { malware: { clamd: CLAMD, quarantine: 'unscanned' } },
      },
      /routes\.1\.enrichment .*enrichment\.malware\.quarantine "unscanned" would hold them all back: add "malware"/,
    ],
    [
      'recipients that are sent there',
      {
        smtp: { recipients: [{ match: 'x', route: 'quarantine' }] },
        enrichment: { malware: { clamd: CLAMD, quarantine: true } },
      },
      /smtp\.recipients\.0\.route is "quarantine": there is no such route/,
    ],
  ])('refuses %s', (_what, input, message) => {
    expect(() => defineConfig(input)).toThrow(message);
  });

  it('leaves its name to a route while it is off', () => {
    expect(() => defineConfig({ routes: [{ name: 'quarantine', kinds: ['bounce'] }] })).not.toThrow();
  });
});
