import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { MIME_LIMITS } from '../../../core/mail/limits.ts';
import { parsedMailSchema } from '../../../core/mail/parsed-mail.ts';
import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import { hashOnly } from '../../../core/mime/second-reading.ts';
import { allMails, HAS_CORPUS } from '../../corpus/corpus.ts';
import { sampleMails } from '../../fixtures/samples.ts';
import { cpuTimed } from '../../support/cpu-time.ts';

/** 100,000 with `npm run test:long`. */
const CASES = Number(process.env['FUZZ_CASES'] ?? 5_000);
/** A larger mail would take as long as many cases. */
const MAIL_BYTES = 4_000;
/** Milliseconds per mail, on a busy machine: a mail that takes longer hangs. */
const HANG_MS = 60_000;
/** Milliseconds of CPU time per mail: a mail that takes longer would block the thread that reads it. */
const BUSY_MS = 5_000;
/** One in this many documents is validated against the schema, which takes longer than reading the mail. */
const SCHEMA_EVERY = 20;

const reader = new StreamingMimeReader();
const mails = [...sampleMails(), ...(HAS_CORPUS ? allMails() : [])]
  .map(({ bytes }) => bytes)
  .filter(({ length }) => length > 0 && length <= MAIL_BYTES);

/** Input that has tripped readers up. */
const TOKENS = [
  ...[
    '\r\n',
    '\n',
    '\r',
    '\r\r\n',
    '\r\n\r\n',
    '\0',
    ' ',
    '\t',
    '--',
    '\r\n--',
    '--\r\n',
    '=',
    '=\r\n',
    '=3D',
    '==',
    '\r\n.\r\n',
  ],
  ...[
    '"',
    '(',
    ')',
    '<',
    '>',
    ',',
    ':',
    ';',
    '@',
    '[',
    ']',
    '\\',
    '=?',
    '?=',
    '=?utf-8?q?=C3?=',
    '=?iso-2022-jp?b?GyRC?=',
  ],
  ...[
    'Content-Type: multipart/mixed; boundary=b\r\n',
    'Content-Type: multipart/alternative; boundary="b',
    '\r\n--b\r\n',
    '\r\n--b--\r\n',
  ],
  ...[
    'Content-Type: message/rfc822\r\n\r\n',
    'Content-Type: text/plain; charset=utf-7\r\n',
    'Content-Type: text/calendar\r\n',
  ],
  ...[
    'Content-Type: message/delivery-status\r\n\r\n',
    'Content-Type: application/ms-tnef\r\n',
    'Content-Type: text/html\r\n',
  ],
  ...['Content-Type: application/mac-binhex40\r\n', 'Content-Type: text/plain; format=flowed; delsp=yes\r\n'],
  ...[
    'Content-Transfer-Encoding: base64\r\n',
    'Content-Transfer-Encoding: quoted-printable\r\n',
    'Content-Transfer-Encoding: x-uue\r\n',
  ],
  ...[
    "; name*0*=utf-8''a%C3",
    '; name*1=b',
    '; charset=hz-gb-2312',
    '\x1b$B',
    '\x1b(B',
    '~{',
    '~}',
    '\ufeff',
    '\u202e',
    '\ud83d\ude00',
  ],
  ...[
    'begin 644 a\r\n#86)C\r\n`\r\nend\r\n',
    'In-Reply-To: <a@b>\r\n',
    '\r\n> ',
    '\r\n-- \r\n',
    'On 1 May 2026 a wrote:\r\n',
    '__proto__: a\r\n',
  ],
].map((token) => Buffer.from(token));

const place = fc.nat({ max: 2 ** 20 - 1 });
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), at: place, token: fc.constantFrom(...TOKENS) }),
  fc.record({ kind: fc.constant('byte' as const), at: place, byte: fc.nat({ max: 255 }) }),
  fc.record({ kind: fc.constant('remove' as const), at: place, length: fc.integer({ min: 1, max: 200 }) }),
  fc.record({ kind: fc.constant('repeat' as const), at: place, length: fc.integer({ min: 1, max: 100 }) }),
  fc.record({ kind: fc.constant('splice' as const), at: place, from: fc.nat({ max: mails.length - 1 }), start: place }),
  fc.record({ kind: fc.constant('cut' as const), at: place }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutated(mail: Buffer, mutations: readonly Mutation[]): Buffer {
  return mutations.reduce((bytes, change) => Buffer.concat(piecesOf(bytes, change)), mail);
}

function piecesOf(bytes: Buffer, change: Mutation): Buffer[] {
  const at = change.at % (bytes.length + 1);
  const [before, behind] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (change.kind) {
    case 'insert':
      return [before, change.token, behind];
    case 'byte':
      return [before, Buffer.of(change.byte), behind.subarray(1)];
    case 'remove':
      return [before, behind.subarray(change.length)];
    case 'repeat':
      return [before, behind.subarray(0, change.length), behind];
    case 'splice': {
      const other = mails[change.from] ?? bytes;
      return [before, other.subarray(change.start % other.length)];
    }
    case 'cut':
      return [before];
  }
}

async function* inPieces(mail: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < mail.length; at += size) yield mail.subarray(at, at + size);
}

/** Fails when the read hangs; a promise that nobody resolves would never fail by itself. */
async function read(mail: Buffer, size: number) {
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not read within ${HANG_MS} ms`)), HANG_MS);
  });
  const { result, ms } = await cpuTimed(() =>
    Promise.race([reader.read(inPieces(mail, size), hashOnly, MIME_LIMITS), hang]).finally(() => clearTimeout(timer)),
  );
  if (ms > BUSY_MS) throw new Error(`it took ${ms} ms of processor time`);
  return result;
}

const contentSchema = z.partial(parsedMailSchema);

it(`reads ${CASES} mutated mails, each the same however it is cut`, { timeout: 280_000 }, async () => {
  const seed = Date.now() % 2 ** 31;
  let cases = 0;
  const pieces = fc.oneof(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 81, max: 4_000 }));
  const mail = fc.nat({ max: mails.length - 1 });
  await fc.assert(
    fc.asyncProperty(
      mail,
      fc.array(mutation, { minLength: 1, maxLength: 5 }),
      pieces,
      async (from, mutations, size) => {
        const bytes = mutated(mails[from] ?? Buffer.alloc(0), mutations);
        const whole = await read(bytes, bytes.length || 1);
        const cut = await read(bytes, size);
        if (JSON.stringify(cut) !== JSON.stringify(whole)) expect(cut).toEqual(whole);
        if (++cases % SCHEMA_EVERY === 0) contentSchema.parse(whole);
      },
    ),
    { seed, numRuns: CASES },
  );
  console.log(`${cases} cases of ${mails.length} mails, seed ${seed}`);
});
