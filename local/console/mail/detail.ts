import { mailIdTime } from '../../../core/mail/id.ts';
import { deliveryOfKey, deliveryPrefix, draftKey } from '../../../core/mail/keys.ts';
import type { ParsedMail } from '../../../core/mail/parsed-mail.ts';
import { deliveriesOfKeys, EVENT_BUS, queueDestination } from '../../../core/outcome/deliveries.ts';
import type { ListedObject } from '../../../core/ports/object-store.ts';
import type { DeliveryView, MailDetail, MailDocument, TimelineEvent } from '../api/api.ts';
import { standingFailures } from '../index/entry.ts';
import { defectViews } from './defect-references.ts';
import { failureView } from './failures.ts';
import type { MailRecord, ReadStore } from './record.ts';
import { senderStatement } from './sender.ts';

/** Maximum characters of a body on a page. */
const SHOWN_BODY = 256 * 1024;
const SHOWN_HEADERS = 1_000;

type Thread = MailDetail['thread'];

/** All data for the page of one mail. */
export async function mailDetail(
  store: ReadStore,
  contentBucket: string,
  record: MailRecord,
  thread: Thread,
): Promise<MailDetail> {
  const { id, document, documentAt, envelope } = record;
  const failures = standingFailures(record);
  const [marks, raw, enrichingAt] = await Promise.all([
    listed(store, contentBucket, deliveryPrefix(id)),
    rawOf(store, record),
    document === null ? null : lastModified(store, contentBucket, draftKey(id, document.revision)),
  ]);
  const isStored = documentAt !== null || failures.length > 0;
  return {
    id,
    state:
      failures.length > 0 || (document === null && documentAt !== null) ? 'failed' : isStored ? 'parsed' : 'waiting',
    receivedAt: document?.receivedAt ?? mailIdTime(id).toISOString(),
    raw: raw && { bucket: raw.bucket, key: raw.key, size: raw.size },
    envelope,
    document: document && shown(document),
    unreadable: documentAt !== null && document === null,
    sender: document && senderStatement(document),
    failures: failures.map(failureView),
    deliveries: document === null ? [] : deliveryViews(document, failures.map(failureView), marks),
    timeline: timeline(record, raw?.storedAt ?? null, enrichingAt, marks),
    steps: document?.steps ?? [],
    defects: defectViews(document?.defects ?? []),
    thread,
  };
}

function shown(document: ParsedMail): MailDocument {
  const { text, html, headers } = document;
  const cut: MailDocument['cut'] = [];
  const body = (name: 'text' | 'html', value: string | null) => {
    if (value === null || value.length <= SHOWN_BODY) return value;
    cut.push(name);
    return value.slice(0, SHOWN_BODY).replace(/[\uD800-\uDBFF]$/, '');
  };
  if (headers.length > SHOWN_HEADERS) cut.push('headers');
  const short = { text: body('text', text), html: body('html', html), headers: headers.slice(0, SHOWN_HEADERS) };
  return { ...document, ...short, cut };
}

/** One entry per destination named by the document or a delivery mark. */
function deliveryViews(
  document: ParsedMail,
  failures: MailDetail['failures'],
  marks: readonly ListedObject[],
): DeliveryView[] {
  const states = new Map(
    deliveriesOfKeys(
      marks.map(({ key }) => key),
      document.revision,
    ).map(({ destination, state }) => [destination, state]),
  );
  const routes = new Map(document.routes.map(({ name, recipients }) => [queueDestination(name), recipients]));
  const bus = states.has(EVENT_BUS) || failures.some(({ destination }) => destination === EVENT_BUS) ? [EVENT_BUS] : [];
  return [...routes.keys(), ...bus].map((destination) => {
    const failure = failures.find((each) => each.destination === destination) ?? null;
    const state = states.get(destination) ?? 'unrecorded';
    const mark = marks.find(({ key }) => {
      const of = deliveryOfKey(key);
      return of?.destination === destination && of.revision === document.revision && of.mark === state;
    });
    return {
      destination,
      recipients: routes.get(destination) ?? [],
      state: state === 'sent' ? 'sent' : failure === null ? state : 'failed',
      at: mark?.lastModified.toISOString() ?? (state === 'sent' ? null : (failure?.at ?? null)),
      failure: state === 'sent' ? null : failure,
    };
  });
}

function timeline(
  { id, document, documentAt, failures }: MailRecord,
  storedAt: Date | null,
  enrichingAt: Date | null,
  marks: readonly ListedObject[],
): TimelineEvent[] {
  const event = (what: TimelineEvent['what'], at: Date, destination: string | null = null): TimelineEvent => ({
    what,
    destination,
    at: at.toISOString(),
    resolutionMs: at.getMilliseconds() === 0 ? 1_000 : 1,
  });
  const sent = marks.flatMap(({ key, lastModified: at }) => {
    const of = deliveryOfKey(key);
    return of?.mark === 'sent' && of.revision === document?.revision ? [event('sent', at, of.destination)] : [];
  });
  const received = document === null ? mailIdTime(id) : new Date(document.receivedAt);
  return [
    ...(received.getTime() === 0 ? [] : [event('received', received)]),
    ...(storedAt === null ? [] : [event('stored', storedAt)]),
    ...(enrichingAt === null ? [] : [event('enriching', enrichingAt)]),
    ...(documentAt === null ? [] : [event('parsed', documentAt)]),
    ...sent,
    ...failures.map(({ at, destination }) => event('failed', new Date(at), destination)),
  ].sort((a, b) => a.at.localeCompare(b.at));
}

/** The object of the raw mail, for its time. */
async function rawOf(store: ReadStore, { raw, document }: MailRecord) {
  if (raw !== null || document === null) return raw;
  const { bucket, key, size } = document.raw;
  const head = await store.head({ bucket, key });
  return { bucket, key, size, storedAt: head?.lastModified ?? null };
}

async function listed(store: ReadStore, bucket: string, prefix: string): Promise<ListedObject[]> {
  const objects: ListedObject[] = [];
  for await (const object of store.list(bucket, { prefix })) objects.push(object);
  return objects;
}

const lastModified = async (store: ReadStore, bucket: string, key: string): Promise<Date | null> =>
  (await store.head({ bucket, key }))?.lastModified ?? null;
