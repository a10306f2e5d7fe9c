import { isMailId, type MailId, mailIdTime } from './id.ts';

/**
 * Every object key of the pipeline is built and parsed here. Keys consist of our own ids only, never of text from a
 * mail: no traversal, no collision, no surprise in a log.
 *
 * `raw/YYYY/MM/DD/HH/<id>.eml` uses the time inside the id (UTC), so the id alone gives the key.
 */
export const RAW_PREFIX = 'raw/';
export const RAW_SUFFIX = '.eml';
export const ENVELOPE_SUFFIX = '.envelope.json';
/**
 * Objects that Amazon SES stored in the raw bucket: `ses/<SES message id>`, without a suffix. Nothing else writes
 * there.
 */
export const SES_PREFIX = 'ses/';
/**
 * One object per start of an edge, `raw/probe/<ULID>`, in a prefix that the edge's role may write. It is not a mail:
 * without a suffix it triggers nothing, and it sorts after the folders of our own mails.
 */
export const PROBE_PREFIX = `${RAW_PREFIX}probe/`;
/**
 * Mails that await a verdict, `raw/held/YYYY/MM/DD/HH/<id>`: without a suffix they trigger nothing. An accepted mail is
 * copied to its `rawKey`; everything here expires after a day.
 */
export const HELD_PREFIX = `${RAW_PREFIX}held/`;
export const PARSED_PREFIX = 'parsed/';
export const ATTACHMENT_PREFIX = 'attachments/';
export const CLAIM_PREFIX = 'claim/';
export const FAILED_PREFIX = 'failed/';
/** Number of attempts at an event that did not succeed at once, by the id of its message. */
export const ATTEMPTS_PREFIX = 'attempts/';
/** Which destinations have received a mail and which have not, where the document alone does not tell. */
export const DELIVERY_PREFIX = 'deliveries/';

const HOUR_MS = 3_600_000;
/** What enrichment cost, one object per UTC day. */
export const BUDGET_PREFIX = 'budget/';
/** Intermediate results of mails that wait for enrichment. */
export const ENRICHING_PREFIX = 'enriching/';
/** Results that were paid for and may be needed again. They expire; nothing else points to them. */
export const CACHE_PREFIX = 'cache/';

export const rawKey = (id: MailId): string => `${RAW_PREFIX}${hourPath(id)}/${id}${RAW_SUFFIX}`;
export const heldKey = (id: MailId): string => `${HELD_PREFIX}${hourPath(id)}/${id}`;
export const envelopeKey = (id: MailId): string => `${RAW_PREFIX}${hourPath(id)}/${id}${ENVELOPE_SUFFIX}`;
/** False for objects beside mails in the raw bucket: envelopes, and what SES writes when a rule is created. */
export const isMailKey = (key: string): boolean =>
  !key.endsWith(ENVELOPE_SUFFIX) && key !== `${SES_PREFIX}AMAZON_SES_SETUP_NOTIFICATION`;
/**
 * A position among the keys of SES, `fraction` (0 up to 1) of the way through them: SES message ids are random digits
 * of base 32, `0` to `v`.
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
/** Message ids are made by SQS; any unexpected character in one is dropped. */
export const attemptsKey = (messageId: string): string => `${ATTEMPTS_PREFIX}${messageId.replace(/[^\w-]/g, '')}.json`;

/** Failures that a redrive has claimed but not yet queued: an object that remains here marks an interrupted redrive. */
export const REDRIVING_PREFIX = 'redriving/';
/** Where a redrive keeps the failure of this key in the meantime. */
export const interruptedKey = (key: string): string => `${REDRIVING_PREFIX}${key.slice(FAILED_PREFIX.length)}`;
/** Prefix of every failure of a mail. */
export const failedPrefix = (id: MailId): string => `${FAILED_PREFIX}${id}.`;

/** Null for a key that is not of a failure. */
export function failureOfKey(key: string): { id: MailId; revision: number; destination: string | null } | null {
  const match = /^failed\/(\w+)(?:\.r(\d+)(?:\.([a-z0-9-]+))?)?\.json$/.exec(key);
  const [, id = '', revision = '1', destination = null] = match ?? [];
  return isMailId(id) ? { id, revision: Number(revision), destination } : null;
}

/** `open`: a destination had not received the mail when the mark was written. `sent`: it has received it. */
export type DeliveryMark = 'open' | 'sent';

/** @param of number of routes in the document */
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

/** Null for a key that is not a delivery mark. */
export function deliveryOfKey(key: string): DeliveryOfKey | null {
  const match = /^deliveries\/(\w+)\/(\d+)\/(\d+)\/([a-z0-9-]+)\.(open|sent)$/.exec(key);
  const [, id = '', revision, of, destination = '', mark] = match ?? [];
  if (!isMailId(id)) return null;
  const state = mark === 'sent' ? 'sent' : 'open';
  return { id, revision: Number(revision), of: Number(of), destination, mark: state };
}
/** What a provider read in an attachment with this content. @param version of the stored format */
export const ocrCacheKey = (provider: string, version: number, sha256: string): string =>
  `${CACHE_PREFIX}ocr/${provider}-${version}/${sha256}.json`;

/** Everything about one enrichment of a mail; each parse has its own. */
export const enrichingPrefix = (id: MailId, revision: number): string => `${ENRICHING_PREFIX}${id}/${revision}/`;
export const draftKey = (id: MailId, revision: number): string => `${enrichingPrefix(id, revision)}draft.json`;
/** Null for a key that is not of a draft. */
export function draftRevisionOfKey(key: string): number | null {
  const revision = /^enriching\/\w+\/(\d+)\/draft\.json$/.exec(key)?.[1];
  return revision === undefined ? null : Number(revision);
}
/** Written once, by the process that publishes the mail. */
export const finishedKey = (id: MailId, revision: number): string => `${enrichingPrefix(id, revision)}finished.json`;
export const taskResultPrefix = (id: MailId, revision: number): string => `${enrichingPrefix(id, revision)}results/`;
/** The id of a task that an asynchronous service has accepted. */
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

/** The attachment of a key; null for any other key. */
export function attachmentOfKey(key: string): { id: MailId; partId: string } | null {
  const [prefix, id = '', partId = '', ...rest] = key.split('/');
  return `${prefix}/` === ATTACHMENT_PREFIX && isMailId(id) && partId !== '' && rest.length === 0
    ? { id, partId }
    : null;
}

/** The latest path, cached: listings go through a million keys in the order of their hours. */
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
