import * as z from 'zod';

/**
 * A request to a server of local mode, or an fsync: what trace.mjs writes. Milliseconds; `end` is null when it had
 * none.
 */
export const spanSchema = z.object({
  kind: z.enum(['request', 'sync']),
  name: z.string(),
  start: z.number(),
  end: z.number().nullable(),
});

export type Span = z.infer<typeof spanSchema>;

/** One mail: its delivery, its 250, the moment a consumer had its message, and what happened between. */
export interface Delivered {
  id: string;
  began: number;
  accepted: number;
  received: number;
  spans: readonly Span[];
}

/** The consecutive stages of a mail. Each ends where the next one starts. */
const STAGES = [
  'event, poller, invocation',
  'function begins',
  'GET raw mail',
  'function reads it',
  'PUT claim',
  'function composes its document',
  'PUT document',
  'function goes on',
  'HEAD failure',
  'function goes on to send',
  'SendMessage to receive',
] as const;

export type Stage = (typeof STAGES)[number];

export interface StageCost {
  stage: Stage;
  ms: number;
}

/** The stages of one mail in their order. @throws when its requests are not those of an ordinary mail */
export function stagesOf(mail: Delivered): StageCost[] {
  const get = request(mail, (name) => name.startsWith('GET /raw-mail/') && name.includes(mail.id));
  const claim = request(mail, (name) => name.startsWith('PUT /mail-content/claim/'));
  const document = request(mail, (name) => name.startsWith('PUT /mail-content/parsed/') && name.includes(mail.id));
  const failure = request(mail, (name) => name.startsWith('HEAD /mail-content/failed/') && name.includes(mail.id));
  const send = request(mail, (name) => name === 'POST AmazonSQS.SendMessage');
  const asked = mail.spans.filter(({ name, end }) => name.endsWith('/invocation/next') && end !== null);
  const called = asked.findLast(({ end }) => end !== null && end <= get.start)?.end ?? mail.accepted;
  const marks = [
    mail.accepted,
    called,
    ...[get, claim, document, failure].flatMap(({ start, end }) => [start, end ?? start]),
    send.start,
    mail.received,
  ];
  return STAGES.map((stage, at) => ({ stage, ms: (marks[at + 1] ?? Number.NaN) - (marks[at] ?? Number.NaN) }));
}

export interface Counts {
  /** Requests that the function made, from the 250 to the message. */
  requests: number;
  /** Fsyncs in the same time. */
  fsyncs: number;
  /** Length of the longest sequence of these in which each starts after the end of the previous one. */
  inSequence: number;
}

export function countsOf({ accepted, received, spans }: Delivered): Counts {
  const between = spans.filter(({ start }) => start >= accepted && start <= received);
  const syncs = between.filter(({ kind, end }) => kind === 'sync' && end !== null && end <= received);
  const isOwn = ({ kind, name }: Span) =>
    kind === 'request' && !name.includes('/runtime/') && !/(Receive|Delete)Message$/.test(name);
  let inSequence = 0;
  let last = accepted;
  for (const { start, end } of syncs.toSorted((a, b) => (a.end ?? 0) - (b.end ?? 0))) {
    if (start < last) continue;
    inSequence += 1;
    last = end ?? start;
  }
  return { requests: between.filter(isOwn).length, fsyncs: syncs.length, inSequence };
}

function request({ id, spans }: Delivered, matches: (name: string) => boolean): Span {
  const found = spans.find(({ kind, name }) => kind === 'request' && matches(name));
  if (found === undefined) throw new Error(`the trace of ${id} lacks a request of an ordinary mail`);
  return found;
}
