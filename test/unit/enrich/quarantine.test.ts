import { describe, expect, it } from 'vitest';
import { defineConfig } from '../../../core/config/define-config.ts';
import { publishedQueues } from '../../../core/config/published-queues.ts';
import type { PipelineConfigInput } from '../../../core/config/schema.ts';
import { publishingSettings, routingSettings } from '../../../core/config/to-settings.ts';
import { quarantined } from '../../../core/enrich/quarantine.ts';
import type { MalwareVerdict } from '../../../core/mail/enrichment-schema.ts';
import { mailRouter } from '../../../core/mail/routes.ts';
import { deadLetterEnvironment } from '../../../core/settings/publishing.ts';
import { queues } from '../../../local/topology.ts';
import { parsedMail } from '../../support/parsed-mail.ts';

const ROUTES = [
  { name: 'sales', recipients: ['sales@example.com', 'both@example.com'] },
  { name: null, recipients: ['both@example.com', 'x@example.com'] },
];
const judged = (verdict: MalwareVerdict) =>
  parsedMail({ route: 'sales', routes: ROUTES, enrichment: { malware: { verdict, attachments: [] } } });

describe('quarantined', () => {
  it('takes an infected mail from all its recipients', () => {
    const mail = judged('infected');
    expect(quarantined(mail)).toEqual({
      ...mail,
      route: 'quarantine',
      routes: [{ name: 'quarantine', recipients: ['sales@example.com', 'both@example.com', 'x@example.com'] }],
    });
    expect(quarantined(quarantined(mail))).toEqual(quarantined(mail));
  });

  it.each(['clean', 'error', 'limit', 'not_scannable'] as const)('leaves what is %s', (verdict) => {
    const mail = judged(verdict);
    expect(quarantined(mail)).toBe(mail);
  });

  it('leaves what was not scanned', () => {
    const mail = parsedMail();
    expect(quarantined(mail)).toBe(mail);
  });
});

describe('the queue of the quarantine', () => {
  const CLAMD = { host: '127.0.0.1' };
  const on = defineConfig({
    routes: [{ name: 'sales', recipients: ['sales'], queue: { retentionSeconds: 86_400 } }],
    enrichment: { malware: { clamd: CLAMD, quarantine: true } },
  });
  const off = defineConfig({ routes: on.routes, enrichment: { malware: { clamd: CLAMD } } });

  it('is one of the queues that mails are put on, with the settings of `queue`', () => {
    expect(publishedQueues(on).map(({ route }) => route)).toEqual([null, 'sales', 'quarantine']);
    expect(publishedQueues(on).at(-1)?.queue).toEqual(on.queue);
    expect(publishedQueues(off).map(({ route }) => route)).toEqual([null, 'sales']);
  });

  it('is there in local mode', () => {
    const names = (config: typeof on) => queues(config).map(({ name }) => name);
    expect(names(on)).toEqual([...names(off), 'parsed-mail-quarantine-dlq', 'parsed-mail-quarantine']);
  });

  it('is known to whoever sends mails, and no rule leads there', () => {
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
      /enrichment\.malware\.quarantine is true: nothing says .* set enrichment\.malware\.guardDuty to true, or give enrichment\.malware\.clamd/,
    ],
    [
      'a gate that nobody opens',
      { enrichment: { malware: { clamd: CLAMD, readGate: true } } },
      /enrichment\.malware\.readGate is true: only GuardDuty .* set enrichment\.malware\.guardDuty to true/,
    ],
    [
      'a route of that name',
      {
        routes: [{ name: 'quarantine', kinds: ['bounce'] }],
        enrichment: { malware: { clamd: CLAMD, quarantine: true } },
      },
      /routes\.0\.name is "quarantine": that is the queue of infected mails .* choose another name/,
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

  it('leaves the name to a route while it is off', () => {
    expect(() => defineConfig({ routes: [{ name: 'quarantine', kinds: ['bounce'] }] })).not.toThrow();
  });
});
