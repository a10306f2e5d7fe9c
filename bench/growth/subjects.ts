import { inlineSteps, loadInlineSteps } from '../../core/enrich/text/inline-steps.ts';
import { describing } from '../../core/mime/describe-attachment.ts';
import { readHere } from '../mime/read-here.ts';
import { FAMILIES } from './families.ts';
import { type Family, IN_HEADER, IN_TEXT, lines } from './family.ts';

/** Mails, and what is done with one. */
export interface Subject extends Family {
  read(mail: Buffer): Promise<unknown>;
}

const STEPS = { language: true, sentiment: 'local' } as const;
await loadInlineSteps(STEPS);

/** An attachment is hashed and looked at, and goes nowhere. */
const sink = describing(async (_head, content) => {
  for await (const _bytes of content);
  return { bucket: '', key: '' };
});

/** As the parser does it: the document composed, language and mood found. */
async function readWhole(mail: Buffer): Promise<unknown> {
  const document = await readHere(mail, sink);
  return inlineSteps(document, STEPS);
}

const text = (mail: Buffer) => Buffer.from(mail).toString('latin1');
const listed = (mail: Buffer) =>
  text(mail)
    .split('\r\n')
    .map((line) => ({ line })).length;
const control = (bytes: number, read: (mail: Buffer) => unknown): Subject => ({
  ...lines('X-A: b\r\n', bytes),
  read: async (mail) => read(mail),
});

/** Work that is linear beyond doubt: what it shows above 1 is the machine's and V8's. */
const CONTROLS: Readonly<Record<string, Subject>> = {
  'control: a short list of lines': control(IN_HEADER, listed),
  'control: a text': control(IN_TEXT, (mail) => text(mail).length),
  'control: a list of lines': control(IN_TEXT, listed),
};

export const SUBJECTS: Readonly<Record<string, Subject>> = {
  ...CONTROLS,
  ...Object.fromEntries(Object.entries(FAMILIES).map(([name, family]) => [name, { ...family, read: readWhole }])),
};
