import { isMailId, type MailId, mailIdTime } from './id.ts';

/**
 * Every object key of the pipeline is built and read here. Keys are made of our own ids only, never of anything a
 * mail says: no traversal, no collision, no surprise in a log.
 *
 * `raw/YYYY/MM/DD/HH/<id>.eml` follows the time inside the id (UTC), so a key can be had from the id alone.
 */
export const RAW_PREFIX = 'raw/';
export const RAW_SUFFIX = '.eml';
export const ENVELOPE_SUFFIX = '.envelope.json';
/** What Amazon SES stored in the raw bucket: `ses/<SES message id>`, without a suffix. Nothing else writes there. */
export const SES_PREFIX = 'ses/';
/**
 * One object of each start of an edge, `raw/probe/<ULID>`. The role of the edge may write there. It is no mail: without a
 * suffix it triggers nothing, and it sorts behind the folders of our own mails.
 */
export const PROBE_PREFIX = `${RAW_PREFIX}probe/`;
/**
 * Mails whose verdict is still open, `raw/held/YYYY/MM/DD/HH/<id>`: without a suffix they trigger nothing. What was
 * accepted is copied to its `rawKey`; everything here expires after a day.
 */
export const HELD_PREFIX = `${RAW_PREFIX}held/`;
export const PARSED_PREFIX = 'parsed/';
export const ATTACHMENT_PREFIX = 'attachments/';
export const CLAIM_PREFIX = 'claim/';
export const FAILED_PREFIX = 'failed/';
/** How often the parser tried an event that did not succeed at once, by the id of its message. */
export const ATTEMPTS_PREFIX = 'attempts/';
/** Which destinations have a mail and which still lack it, where that is not told by the document alone. */
export const DELIVERY_PREFIX = 'deliveries/';

const HOUR_MS = 3_600_000;
/** What enrichment cost, an object a UTC day. */
export const BUDGET_PREFIX = 'budget/';
/** What is known so far of mails that wait for enrichment. */
export const ENRICHING_PREFIX = 'enriching/';
/** What was paid for once and may be needed again. It expires; nothing else points to it. */
export const CACHE_PREFIX = 'cache/';

export const rawKey = (id: MailId): string => `${RAW_PREFIX}${hourPath(id)}/${id}${RAW_SUFFIX}`;
export const heldKey = (id: MailId): string => `${HELD_PREFIX}${hourPath(id)}/${id}`;
export const envelopeKey = (id: MailId): string => `${RAW_PREFIX}${hourPath(id)}/${id}${ENVELOPE_SUFFIX}`;
/** False for what stands in the raw bucket beside mails: envelopes, and what SES writes when a rule is made. */
export const isMailKey = (key: string): boolean =>
  !key.endsWith(ENVELOPE_SUFFIX) && key !== `${SES_PREFIX}AMAZON_SES_SETUP_NOTIFICATION`;
/**
 * A place among the keys of SES, `fraction` (0 up to 1) of the way through them: its message ids are random digits of
 * base 32, `0` to `v`.
 */
export const sesKey = (fraction: number): string => `${SES_PREFIX}${fraction.toString(32).slice(2, 8)}`;
export const parsedKey = (id: MailId): string => `${PARSED_PREFIX}${hourPath(id)}/${id}.json`;
export const attachmentKey = (id: MailId, partId: string): string => `${ATTACHMENT_PREFIX}${id}/${partId}`;
export const claimKey = (dedupKey: string): string => `${CLAIM_PREFIX}${dedupKey}`;
/**
 * `failed/<id>.json` of a mail, `failed/<id>.r2.json` of a replay (its second revision), and
 * `failed/<id>.r1.parsed-mail-orders.json` of one destination.
 */
export function failedKey(id: MailId, revision = 1, destination: string | null = null): string {
  const which = destination === null ? (revision === 1 ? '' : `.r${revision}`) : `.r${revision}.${destination}`;
  return `${FAILED_PREFIX}${id}${which}.json`;
}
/** SQS makes the ids of messages; anything else in one is left out. */
export const attemptsKey = (messageId: string): string => `${ATTEMPTS_PREFIX}${messageId.replace(/[^\w-]/g, '')}.json`;

/** Failures that a redrive has taken out of the way and not put on the queue yet: what is left there was interrupted. */
export const REDRIVING_PREFIX = 'redriving/';
/** Where a redrive keeps the failure of this key meanwhile. */
export const interruptedKey = (key: string): string => `${REDRIVING_PREFIX}${key.slice(FAILED_PREFIX.length)}`;
/** Of every failure of a mail. */
export const failedPrefix = (id: MailId): string => `${FAILED_PREFIX}${id}.`;

/** Null for a key that is of no failure. */
export function failureOfKey(key: string): { id: MailId; revision: number; destination: string | null } | null {
  const match = /^failed\/(\w+)(?:\.r(\d+)(?:\.([a-z0-9-]+))?)?\.json$/.exec(key);
  const [, id = '', revision = '1', destination = null] = match ?? [];
  return isMailId(id) ? { id, revision: Number(revision), destination } : null;
}

/** `open`: a destination lacks the mail, as far as was known when that was written. `sent`: it has it. */
export type DeliveryMark = 'open' | 'sent';

/** @param of how many routes the document names */
export const deliveryKey = (
  { id, revision, of }: { id: MailId; revision: number; of: number },
  destination: string,
  mark: DeliveryMark,
): string => `${deliveryPrefix(id)}${revision}/${of}/${destination}.${mark}`;
export const deliveryPrefix = (id: MailId): string => `${DELIVERY_PREFIX}${id}/`;

export interface DeliveryOfKey {
  id: MailId;
  revision: number;
  of: number;
  destination: string;
  mark: DeliveryMark;
}

/** Null for a key that is no mark of a delivery. */
export function deliveryOfKey(key: string): DeliveryOfKey | null {
  const match = /^deliveries\/(\w+)\/(\d+)\/(\d+)\/([a-z0-9-]+)\.(open|sent)$/.exec(key);
  const [, id = '', revision, of, destination = '', mark] = match ?? [];
  if (!isMailId(id)) return null;
  const state = mark === 'sent' ? 'sent' : 'open';
  return { id, revision: Number(revision), of: Number(of), destination, mark: state };
}
/** What a provider read in the attachment with that content. @param version of the form in which it is kept */
export const ocrCacheKey = (provider: string, version: number, sha256: string): string =>
  `${CACHE_PREFIX}ocr/${provider}-${version}/${sha256}.json`;

/** Everything about one enrichment of a mail; each parse of it has its own. */
export const enrichingPrefix = (id: MailId, revision: number): string => `${ENRICHING_PREFIX}${id}/${revision}/`;
export const draftKey = (id: MailId, revision: number): string => `${enrichingPrefix(id, revision)}draft.json`;
/** Null for a key that is of no draft. */
export function draftRevisionOfKey(key: string): number | null {
  const revision = /^enriching\/\w+\/(\d+)\/draft\.json$/.exec(key)?.[1];
  return revision === undefined ? null : Number(revision);
}
/** Written once by whoever sends the mail. */
export const finishedKey = (id: MailId, revision: number): string => `${enrichingPrefix(id, revision)}finished.json`;
export const taskResultPrefix = (id: MailId, revision: number): string => `${enrichingPrefix(id, revision)}results/`;
/** What an asynchronous service calls a task that it has. */
export const taskHandleKey = (id: MailId, revision: number, task: string): string =>
  `${enrichingPrefix(id, revision)}handles/${task}.json`;

/** `budget/2026-11-22.json` */
export const budgetKey = (day: Date): string => `${BUDGET_PREFIX}${day.toISOString().slice(0, 10)}.json`;

/** The id inside a raw key that the edge wrote; null for any other `.eml` object. */
export function mailIdOfRawKey(key: string): MailId | null {
  const name = key.slice(key.lastIndexOf('/') + 1);
  if (!name.endsWith(RAW_SUFFIX)) return null;
  const id = name.slice(0, -RAW_SUFFIX.length);
  return isMailId(id) && rawKey(id) === key ? id : null;
}

/** The id inside the key of a document, or of the failure of a whole mail; null for any other key. */
export function mailIdOfOutcomeKey(key: string): MailId | null {
  const id = key.slice(key.lastIndexOf('/') + 1).replace(/\.json$/, '');
  return isMailId(id) && (key === parsedKey(id) || key === failedKey(id)) ? id : null;
}

/** The attachment that a key is of; null for any other key. */
export function attachmentPlaceOfKey(key: string): { id: MailId; partId: string } | null {
  const [prefix, id = '', partId = '', ...rest] = key.split('/');
  return `${prefix}/` === ATTACHMENT_PREFIX && isMailId(id) && partId !== '' && rest.length === 0
    ? { id, partId }
    : null;
}

/** The last one made: listings go through a million keys in the order of their hours. */
let lastHour = { hour: -1, path: '' };

function hourPath(id: MailId): string {
  const time = mailIdTime(id);
  const hour = Math.floor(time.getTime() / HOUR_MS);
  if (hour !== lastHour.hour) {
    const iso = time.toISOString();
    lastHour = { hour, path: `${iso.slice(0, 4)}/${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(11, 13)}` };
  }
  return lastHour.path;
}
