import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineConfig } from '../../core/config/define-config.ts';
import { routingSettings } from '../../core/config/to-settings.ts';
import { jsonLog } from '../../core/log/log.ts';
import { PermanentError, TransientError } from '../../core/mail/errors.ts';
import { mailParsedEvent } from '../../core/mail/mail-parsed-event.ts';
import { mailRouter, type RouteRule } from '../../core/mail/routes.ts';
import { publish } from '../../core/outcome/publish.ts';
import type { BusEvent } from '../../core/ports/event-bus.ts';
import { MemoryQueue, MemoryStore } from '../support/memory-aws.ts';
import { parsedMail } from '../support/parsed-mail.ts';

const rule = (name: string, conditions: Partial<RouteRule> = {}): RouteRule => ({
  name,
  recipients: null,
  kinds: null,
  headers: null,
  maxMailBytes: null,
  ...conditions,
});
const to = (...addresses: string[]) => ({ rcptTo: addresses.map((address) => ({ address, route: null })) });
const names = (routed: { routes: { name: string | null }[] }) => routed.routes.map(({ name }) => name);

const SALES = rule('sales', { recipients: ['sales-*@example.com', 'orders'] });
const BOUNCES = rule('bounces', { kinds: ['bounce'] });
const LIST = rule('list', { headers: [{ name: 'List-ID', match: '*<news.example.org>' }] });

describe('the route of canary mails', () => {
  const config = defineConfig({
    domains: ['example.com'],
    canary: {},
    routes: [
      { name: 'all', recipients: ['*'] },
      { name: 'any', kinds: ['message'] },
    ],
  });
  const { routes, tagSeparator } = routingSettings(config);
  const route = mailRouter(routes, tagSeparator);

  it('precedes all others, and they do not get its mails', () => {
    expect(route(parsedMail(), to('mail-pipeline-canary@example.com'))).toEqual({
      route: 'canary',
      routes: [{ name: 'canary', recipients: ['mail-pipeline-canary@example.com'] }],
    });
  });

  it('matches no mail to another recipient', () => {
    const { routes } = route(parsedMail(), to('mail-pipeline-canary@example.com', 'ada@example.com'));
    expect(routes).toEqual([
      { name: 'canary', recipients: ['mail-pipeline-canary@example.com'] },
      { name: 'all', recipients: ['ada@example.com'] },
      { name: 'any', recipients: ['ada@example.com'] },
    ]);
  });

  it('is a route like any other when no canary is configured', () => {
    const own = routingSettings(
      defineConfig({
        routes: [
          { name: 'canary', recipients: ['*'] },
          { name: 'all', recipients: ['*'] },
        ],
      }),
    );
    expect(names(mailRouter(own.routes, '+')(parsedMail(), to('a@example.com')))).toEqual(['canary', 'all']);
  });
});

describe('mailRouter', () => {
  const route = mailRouter([SALES, BOUNCES, LIST], '+');

  it.each([
    ['sales-eu@example.com', ['sales']],
    ['SALES-EU@Example.COM', ['sales']],
    ['orders@anywhere.example', ['sales']],
    ['orders+42@example.com', ['sales']],
    ['sales-eu@example.org', [null]],
    ['presales-eu@example.com', [null]],
    ['postmaster', [null]],
  ])('%s goes to %j', (address, expected) => {
    expect(names(route(parsedMail(), to(address)))).toEqual(expected);
  });

  it('has no tags when tags are part of the name', () => {
    expect(names(mailRouter([SALES], null)(parsedMail(), to('orders+42@example.com')))).toEqual([null]);
  });

  it('compares domains as A-labels', () => {
    const idn = mailRouter([rule('idn', { recipients: ['*@bücher.example'] })], '+');
    expect(names(idn(parsedMail(), to('info@xn--bcher-kva.example')))).toEqual(['idn']);
    expect(names(idn(parsedMail(), to('info@BÜCHER.example')))).toEqual(['idn']);
  });

  it('sends a mail to every matching route, and to the parsed-mail queue only for other recipients', () => {
    const mail = parsedMail({ kind: 'bounce', headers: [{ name: 'list-id', value: 'News <NEWS.example.org>' }] });
    const { route: first, routes } = route(mail, to('orders@example.com', 'x@example.com'));
    expect(first).toBe('sales');
    expect(routes).toEqual([
      { name: 'sales', recipients: ['orders@example.com'] },
      { name: 'bounces', recipients: ['orders@example.com', 'x@example.com'] },
      { name: 'list', recipients: ['orders@example.com', 'x@example.com'] },
    ]);
  });

  it('sends a mail without a matching route to the parsed-mail queue', () => {
    expect(route(parsedMail(), to('orders@example.com', 'x@example.com', 'y@example.com')).routes).toEqual([
      { name: 'sales', recipients: ['orders@example.com'] },
      { name: null, recipients: ['x@example.com', 'y@example.com'] },
    ]);
  });

  it('requires all conditions of a route', () => {
    const both = mailRouter([rule('both', { kinds: ['bounce'], recipients: ['orders'] })], '+');
    expect(names(both(parsedMail({ kind: 'bounce' }), to('orders@example.com')))).toEqual(['both']);
    expect(names(both(parsedMail({ kind: 'bounce' }), to('x@example.com')))).toEqual([null]);
    expect(names(both(parsedMail(), to('orders@example.com')))).toEqual([null]);
  });

  it('sends a mail that is too large for a route to the parsed-mail queue', () => {
    const small = mailRouter([rule('small', { recipients: ['orders'], maxMailBytes: 900 }), LIST], '+');
    const sized = (size: number) => parsedMail({ raw: { ...parsedMail().raw, size, traceBytes: 100 } });
    expect(names(small(sized(1_000), to('orders@example.com')))).toEqual(['small']);
    expect(small(sized(1_001), to('orders@example.com')).routes).toEqual([
      { name: null, recipients: ['orders@example.com'] },
    ]);
  });

  it('follows the route that the edge assigned to a recipient', () => {
    const byEdge = mailRouter([rule('vip', { recipients: [] })], '+');
    const rcptTo = [
      { address: 'a@example.com', route: 'vip' },
      { address: 'b@example.com', route: 'gone' },
    ];
    expect(byEdge(parsedMail(), { rcptTo }).routes).toEqual([
      { name: 'vip', recipients: ['a@example.com'] },
      { name: null, recipients: ['b@example.com'] },
    ]);
  });

  it('uses the header fields of a mail without envelope, which name strangers too', () => {
    const address = (text: string) => ({ name: '', address: text, plusTag: null, group: null });
    const mail = parsedMail({ to: [address('friend@elsewhere.example')], cc: [address('orders@example.com')] });
    expect(names(route(mail, null))).toEqual(['sales']);
    expect(names(route(parsedMail({ to: [] }), null))).toEqual([null]);
  });

  it('leaves no recipient out and no queue twice', () => {
    const address = fc.constantFrom('orders@example.com', 'sales-1@example.com', 'x@example.com', 'y@example.org');
    fc.assert(
      fc.property(fc.array(address, { minLength: 1, maxLength: 5 }), fc.boolean(), (addresses, bounce) => {
        const routed = route(parsedMail({ kind: bounce ? 'bounce' : 'message' }), to(...addresses));
        expect(new Set(routed.routes.flatMap(({ recipients }) => recipients))).toEqual(new Set(addresses));
        expect(new Set(names(routed)).size).toBe(routed.routes.length);
      }),
    );
  });
});

describe('publish', () => {
  const routes = [{ name: null, recipients: ['y@example.com'] }];
  const depsWith = (put: (event: BusEvent) => Promise<void>, counted: string[] = []) => ({
    store: new MemoryStore(),
    queue: new MemoryQueue(),
    routeQueues: new Map(),
    contentBucket: 'mail-content',
    queueMessageLimitBytes: 256 * 1024,
    oversize: 'omit' as const,
    bus: { put },
    log: jsonLog('test', () => {}),
    metrics: { add: (metric: string) => counted.push(metric) },
  });

  it('sends the event when the mail is on its queue', async () => {
    const heard: unknown[] = [];
    const deps = depsWith(async (event) => {
      heard.push([deps.queue.sent.length, event]);
    });
    const mail = parsedMail({ routes });
    await publish(deps, { document: mail, created: true });
    const detail = mailParsedEvent(mail, new Set([null]), new Date());
    const sent = { ...detail, cloudEvent: { ...detail.cloudEvent, time: expect.any(String) } };
    expect(heard).toEqual([[1, { source: 'mail-pipeline', detailType: 'Mail Parsed', detail: sent }]]);
  });

  it('fails when the bus may accept the event later, so that the mail is published again', async () => {
    const deps = depsWith(() => Promise.reject(new TransientError('events.ThrottlingException', 'later')));
    await expect(publish(deps, { document: parsedMail({ routes }), created: true })).rejects.toMatchObject({
      code: 'events.ThrottlingException',
    });
  });

  it('sends only the event when the queue has the mail', async () => {
    let told = 0;
    const deps = depsWith(() =>
      told++ === 0 ? Promise.reject(new PermanentError('events.x', 'no')) : Promise.resolve(),
    );
    const document = parsedMail({ routes });
    await expect(publish(deps, { document, created: true })).rejects.toMatchObject({ code: 'events.x' });
    expect(await publish(deps, { document, created: false })).toBe('sent');
    expect(await publish(deps, { document, created: false })).toBe('sent');
    expect([deps.queue.sent.length, told]).toEqual([1, 2]);
  });

  it('writes no mark for a mail that its single queue accepts at once', async () => {
    const deps = { ...depsWith(async () => {}), bus: null };
    await publish(deps, { document: parsedMail({ routes }), created: true });
    expect([...deps.store.objects.keys()]).toEqual([]);
  });

  it('puts one copy on each queue, with the name of its route', async () => {
    const [queue, sales] = [new MemoryQueue(), new MemoryQueue()];
    const routes = [
      { name: 'sales', recipients: ['orders@shop.example'] },
      { name: 'gone', recipients: ['x@example.com'] },
      { name: null, recipients: ['y@example.com'] },
    ];
    const published = await publish(
      {
        store: new MemoryStore(),
        queue,
        routeQueues: new Map([['sales', { queue: sales, messageLimitBytes: 16 * 1024 }]]),
        contentBucket: 'mail-content',
        queueMessageLimitBytes: 256 * 1024,
        oversize: 'omit',
        bus: null,
        log: jsonLog('test', () => {}),
        metrics: { add() {} },
      },
      { document: parsedMail({ route: 'sales', routes, text: 'x'.repeat(20_000) }), created: true },
    );
    expect(published).toBe('sent');
    expect([queue.sent.length, sales.sent.length]).toEqual([1, 1]);
    expect(sales.sent[0]?.attributes).toMatchObject({ route: 'sales', recipientDomain: 'shop.example' });
    expect(queue.sent[0]?.attributes).toMatchObject({ recipientDomain: 'example.com' });
    expect(queue.sent[0]?.attributes).not.toHaveProperty('route');
    expect(JSON.parse(sales.sent[0]?.body ?? '')).toMatchObject({ route: 'sales', routes, omitted: ['html', 'text'] });
    expect(JSON.parse(queue.sent[0]?.body ?? '')).toMatchObject({ route: null, routes, omitted: [] });
  });
});
