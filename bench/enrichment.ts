import { inlineSteps } from '../core/enrich/text/inline-steps.ts';
import { MIME_LIMITS } from '../core/mail/limits.ts';
import { StreamingMimeReader } from '../core/mime/reader.ts';
import { hashOnly } from '../core/mime/second-reading.ts';
import { printedBy } from './printed-by.ts';
import type { Result, Row } from './report.ts';

/** Turns of each kind: reading alone, reading with the inline steps. */
const TURNS = 400;
const WARM_UP_TURNS = 200;

const ENGLISH =
  'The parcel left the warehouse this morning and should arrive on Thursday; please tell us if it does not. ';
const GERMAN =
  'Das Paket hat heute früh das Lager verlassen und sollte am Donnerstag ankommen; sagen Sie uns sonst Bescheid. ';

const MAILS = {
  'a line of English': mail('text/plain', 'Thanks, that works for me. See you on Thursday!'),
  '3 KB of English': mail('text/plain', ENGLISH.repeat(29)),
  '3 KB of German': mail('text/plain', GERMAN.repeat(29)),
  '70 KB of HTML': mail(
    'text/html',
    `<style>${'td{padding:4px}'.repeat(1_300)}</style><table>${`<tr><td>${ENGLISH}</td></tr>\n`.repeat(400)}</table>`,
  ),
} as const;

/** CPU time that language and sentiment add to reading a mail without attachments, in one process, in turns. */
export async function enrichment(): Promise<Result> {
  const rows: Row[] = [];
  for (const [name, bytes] of Object.entries(MAILS)) rows.push({ case: name, figures: await compare(bytes) });
  const load = await cpuOfLoading();
  return {
    name: 'enrichment',
    measured: `CPU of reading a mail without attachments, without and with language and mood, by turns, mean of ${TURNS}. The target is at most 2 ms more. A new environment loads the two libraries once, which takes ${load.toFixed(0)} ms of CPU.`,
    rows,
  };
}

async function compare(bytes: Buffer): Promise<Row['figures']> {
  const totals = { without: 0, with: 0 };
  for (let turn = -WARM_UP_TURNS; turn < TURNS; turn++) {
    const without = await cpuMs(() => read(bytes));
    const both = await cpuMs(async () => inlineSteps(await read(bytes), { language: true, sentiment: 'local' }));
    if (turn < 0) continue;
    totals.without += without / TURNS;
    totals.with += both / TURNS;
  }
  return { 'without ms': totals.without, 'with ms': totals.with, 'more ms': totals.with - totals.without };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

const read = (bytes: Buffer) => new StreamingMimeReader().read(once(bytes), hashOnly, MIME_LIMITS);

async function cpuMs(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

async function cpuOfLoading(): Promise<number> {
  const program =
    "const before = process.cpuUsage(); await import('eld/extrasmall'); await import('vader-sentiment');" +
    'const { user, system } = process.cpuUsage(before); console.log((user + system) / 1_000);';
  return Number(await printedBy(process.execPath, ['--input-type=module', '-e', program]));
}

function mail(contentType: string, body: string): Buffer {
  const head = `From: Ada <ada@example.org>\r\nTo: bob@example.com\r\nSubject: The parcel\r\nMessage-ID: <1@example.org>\r\nContent-Type: ${contentType}; charset=utf-8\r\n\r\n`;
  return Buffer.from(`${head}${body.replace(/(.{1,76})( |$)/gm, '$1\r\n')}`);
}
