import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { EXAMPLE } from '../../core/mail/example.ts';
import { EVENT_SOURCE, MAIL_PARSED, mailParsedEvent } from '../../core/mail/mail-parsed-event.ts';
import type { ParsedMail } from '../../core/mail/parsed-mail.ts';
import { fits } from '../support/event-pattern.ts';

/** The time at which the event of docs/mail-parsed-event.md is sent. */
const AT = new Date('2026-11-22T10:00:01Z');

const auth = (senderVerified: boolean): ParsedMail['auth'] => ({
  spf: { result: 'none', domain: null, detail: null },
  dkim: [],
  dmarc: { result: 'none', domain: null, policy: null, alignment: { spf: false, dkim: false } },
  arc: { result: 'none', instances: 0, domain: null },
  senderVerified,
});
const mail: ParsedMail = {
  ...EXAMPLE,
  auth: auth(true),
  duplicateOf: null,
  attachments: EXAMPLE.attachments.slice(0, 1),
};
const routesOf = ({ routes }: ParsedMail) => new Set(routes.map(({ name }) => name));

describe('the event', () => {
  it('names the queues of the mail', () => {
    const both = { ...mail, routes: [...mail.routes, { name: null, recipients: ['ops@EXAMPLE.net'] }] };
    expect(mailParsedEvent(both, routesOf(both), AT)).toMatchObject({
      routes: ['orders'],
      parsedMailQueue: true,
      recipientDomains: ['example.com', 'example.net'],
      counts: { recipients: 2 },
    });
    expect(mailParsedEvent(mail, new Set([null]), AT)).toMatchObject({ routes: [], parsedMailQueue: true });
  });

  it('contains no words of a stranger except domains, normalised for rules', () => {
    const from = ['secret@BÜCHER.example', 'b@xn--bcher-kva.example', 'no domain', 'x@a b', 'quoted"@"@example.org'];
    const event = mailParsedEvent(
      { ...mail, from: from.map((address) => ({ name: 'secret', address, plusTag: 'secret', group: null })) },
      routesOf(mail),
      AT,
    );
    expect(event.fromDomains).toEqual(['xn--bcher-kva.example', 'example.org']);
    expect(JSON.stringify(event)).not.toMatch(/secret|Kisten|ann|inbox/);
  });

  it('stays far below the 256 KB of an event, whatever the mail contains', () => {
    const address = (number: number) => `a@${'x'.repeat(50)}.${'y'.repeat(60)}.${'z'.repeat(60)}.n${number}.example`;
    const many = Array.from({ length: 5_000 }, (_, number) => address(number));
    const huge = {
      ...mail,
      from: many.map((each) => ({ name: '', address: each, plusTag: null, group: null })),
      routes: [{ name: null, recipients: many }],
    };
    const event = mailParsedEvent(huge, routesOf(huge), AT);
    expect(event.fromDomains).toHaveLength(50);
    expect(JSON.stringify(event).length).toBeLessThan(128 * 1024);
  });

  it('has null for a sender that could not be checked', () => {
    expect(mailParsedEvent({ ...mail, auth: null }, routesOf(mail), AT).auth).toBeNull();
  });
});

/** What CloudEvents 1.0.2 requires of a JSON event: sections "Context Attributes" and "Type System". */
const CLOUD_EVENT = {
  type: 'object',
  required: ['specversion', 'id', 'source', 'type'],
  properties: {
    specversion: { const: '1.0' },
    id: { type: 'string', minLength: 1 },
    source: { type: 'string', minLength: 1, format: 'uri-reference' },
    type: { type: 'string', minLength: 1 },
    subject: { type: 'string', minLength: 1 },
    time: { type: 'string', format: 'date-time' },
    datacontenttype: { type: 'string', minLength: 1 },
    dataschema: { type: 'string', minLength: 1, format: 'uri' },
    data: { type: 'object' },
  },
  propertyNames: { pattern: '^[a-z0-9]{1,20}$' },
  additionalProperties: { type: ['string', 'integer', 'boolean'] },
};

describe('the CloudEvent in it', () => {
  const ajv = formats.default(new Ajv2020());
  const eventOf = (changes: Partial<ParsedMail> = {}) => {
    const changed = { ...mail, ...changes };
    return mailParsedEvent(changed, routesOf(changed), AT);
  };

  it('is valid, and its data are the fields beside it', () => {
    const { cloudEvent, ...rest } = eventOf();
    expect(ajv.validate(CLOUD_EVENT, cloudEvent), ajv.errorsText()).toBe(true);
    expect(cloudEvent.data).toEqual(rest);
    expect(ajv.validate({ ...CLOUD_EVENT, additionalProperties: false }, { ...cloudEvent, dedupKey: 'x' })).toBe(false);
  });

  it('has the same id when it is repeated, and another for another revision', () => {
    const later = mailParsedEvent(mail, routesOf(mail), new Date('2026-11-22T11:00:00Z'));
    expect(later.cloudEvent.id).toBe(eventOf().cloudEvent.id);
    expect(eventOf({ revision: 2 }).cloudEvent.id).not.toBe(eventOf().cloudEvent.id);
  });

  it('names the schema that its data fits', () => {
    const published = JSON.parse(readFileSync('schema/mail-parsed-v1.json', 'utf8'));
    expect(ajv.validate(published, eventOf()), ajv.errorsText()).toBe(true);
    const { dataschema, data } = eventOf().cloudEvent;
    expect(ajv.validate({ $ref: dataschema }, data), ajv.errorsText()).toBe(true);
    expect(ajv.validate({ $ref: dataschema }, { ...data, kind: 'other' })).toBe(false);
  });
});

describe('the pages on workflows', () => {
  const pages = ['mail-parsed-event', 'workflows', 'step-functions'];
  const page = pages.map((name) => readFileSync(`docs/${name}.md`, 'utf8')).join('\n');
  const blocks: unknown[] = [...page.matchAll(/```json\n([^`]*)```/g)].map(([, json = '']) => JSON.parse(json));
  const example = blocks.find((block) => typeof Object(block).source === 'string');
  const patterns = blocks.filter((block) => Array.isArray(Object(block).source));
  const event = (changes: Partial<ParsedMail> = {}) => {
    const changed = { ...mail, ...changes };
    return {
      'detail-type': MAIL_PARSED,
      source: EVENT_SOURCE,
      detail: mailParsedEvent(changed, routesOf(changed), AT),
    };
  };

  it('show the event as it is sent', () => {
    const { cloudEvent, ...detail } = event().detail;
    const { data, ...attributes } = cloudEvent;
    expect(example).toMatchObject({ ...event(), detail: { ...detail, cloudEvent: attributes } });
  });

  it('have rules that match the described mails', () => {
    const [bounces, orders, domains, partner] = patterns;
    expect(patterns).toHaveLength(4);
    expect(fits(bounces, event({ kind: 'bounce' }))).toBe(true);
    expect(fits(bounces, example)).toBe(false);
    expect(fits(orders, example)).toBe(true);
    expect(fits(orders, event({ attachments: [] }))).toBe(false);
    expect(fits(orders, event({ ambiguous: true }))).toBe(false);
    expect(fits(orders, event({ auth: null }))).toBe(false);
    expect(fits(domains, example)).toBe(true);
    expect(fits(domains, event({ revision: 2 }))).toBe(false);
    expect(fits(domains, event({ duplicateOf: mail.id }))).toBe(false);
    expect(fits(domains, event({ routes: [{ name: null, recipients: ['a@eu.example.net'] }] }))).toBe(true);
    expect(fits(domains, event({ routes: [{ name: null, recipients: ['a@elsewhere.net'] }] }))).toBe(false);
    expect(fits(partner, example)).toBe(true);
    expect(fits(partner, event({ auth: auth(false) }))).toBe(false);
  });

  it('have a CDK rule that matches the same mails', () => {
    const source = /eventPattern: (\{.*?\n {2}\}),\n/s.exec(page)?.[1] ?? '';
    const quoted = source
      .replace(/(\w+):/g, '"$1":')
      .replaceAll("'", '"')
      .replace(/,(\s*\})/g, '$1');
    const { detailType, ...rest } = JSON.parse(quoted);
    const pattern = { ...rest, 'detail-type': detailType };
    expect(fits(pattern, example)).toBe(true);
    expect(fits(pattern, event({ routes: [{ name: null, recipients: [] }] }))).toBe(false);
  });

  it('have a state machine that reads only fields that an event and a document have', () => {
    const machine = JSON.stringify(blocks.find((block) => Object(block).StartAt !== undefined));
    const paths = [...machine.matchAll(/"\$\.((?!Body|read)[\w.]+)"/g)].map(([, path = '']) => path);
    expect(paths).toEqual(['document.bucket', 'document.key', 'counts.attachments']);
    for (const path of paths) expect(Object(example).detail).toHaveProperty(path);
  });
});
