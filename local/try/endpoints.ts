import * as z from 'zod/mini';
import type { Faults } from '../console/api/api.ts';
import { RequestError } from '../console/http/api-error.ts';
import { type Endpoint, get, post, upload } from '../console/http/router.ts';
import type { Flood } from './flood.ts';
import { samples, send, sendFile } from './send.ts';
import type { StoreFault } from './store-fault.ts';

/** A program that can be killed and restarts: a function with all its processes, or the edge. */
export interface Killable {
  name: string;
  pids: readonly number[];
}

export interface TryDeps {
  smtp: () => { host: string; port: number };
  store: StoreFault;
  programs: () => readonly Killable[];
  flood: Flood;
  /** The largest mail the edge accepts, in bytes. */
  maxMessageBytes: number;
}

const MAX_FLOOD = 10_000;
const MAX_DELAY_MS = 60_000;

const address = z.string().check(z.maxLength(320), z.regex(/^[^\s<>\p{Cc}]*$/u, 'is not an address'));
const recipients = z.array(address.check(z.minLength(1))).check(z.minLength(1), z.maxLength(100));

const sendSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sample'), name: z.string(), to: z.optional(recipients) }),
  z.strictObject({
    kind: z.literal('compose'),
    from: address,
    to: recipients,
    subject: z.string().check(z.maxLength(1_000)),
    text: z.string().check(z.maxLength(1_000_000)),
  }),
]);

const envelopeSchema = z.strictObject({ from: address, to: recipients });

const faultsSchema = z.strictObject({
  store: z.optional(
    z.discriminatedUnion('mode', [
      z.strictObject({ mode: z.literal('well') }),
      z.strictObject({ mode: z.literal('slow'), delayMs: z.int().check(z.minimum(1), z.maximum(MAX_DELAY_MS)) }),
      z.strictObject({ mode: z.literal('down') }),
    ]),
  ),
  kill: z.optional(z.string()),
});

const floodSchema = z.strictObject({ mails: z.int().check(z.minimum(1), z.maximum(MAX_FLOOD)) });

/** Endpoints for local mode only: send mails and inject failures. */
export const tryEndpoints = (deps: TryDeps): Endpoint[] => [
  get('GET /api/samples', () => ({ samples: samples() })),
  post('POST /api/send', sendSchema, async ({ body }) => ({ mails: [await send(body, deps.smtp())] })),
  upload(
    'POST /api/send/eml',
    { type: 'message/rfc822', maxBytes: deps.maxMessageBytes, limit: 'smtp.maxMessageBytes in the configuration' },
    async ({ query, body, size }) => {
      const { from: mailFrom, to: rcptTo } = envelopeOf(query);
      return { mails: [await sendFile({ mailFrom, rcptTo }, { body, size }, deps.smtp())] };
    },
  ),
  get('GET /api/faults', () => faults(deps)),
  post('POST /api/faults', faultsSchema, ({ body }) => {
    if (body.store !== undefined) deps.store.mode = body.store;
    if (body.kill !== undefined) kill(deps, body.kill);
    return faults(deps);
  }),
  get('GET /api/flood', () => deps.flood.state),
  post('POST /api/flood', floodSchema, ({ body }) => {
    if (deps.flood.begin(body.mails)) return { mails: body.mails };
    throw new RequestError(409, 'flood.running', 'A flood is already running: wait until it has finished.');
  }),
];

function envelopeOf(query: URLSearchParams): z.infer<typeof envelopeSchema> {
  const decoded = envelopeSchema.safeParse({ from: query.get('from') ?? '', to: query.getAll('to') });
  if (decoded.success) return decoded.data;
  const [issue] = decoded.error.issues;
  throw new RequestError(400, 'query.invalid', `Parameter ${issue?.path.join('.')}: ${issue?.message}.`);
}

function faults({ store, programs }: TryDeps): Faults {
  return { store: store.mode, functions: programs().map(({ name, pids }) => ({ name, pids: [...pids] })) };
}

/** Kills without warning, as running out of memory would. */
function kill({ programs }: TryDeps, name: string): void {
  const found = programs().find((program) => program.name === name);
  if (found === undefined) throw new RequestError(404, 'not_found', `There is no function ${name}.`);
  for (const pid of found.pids) process.kill(pid, 'SIGKILL');
}
