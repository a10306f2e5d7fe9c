import { inlineSteps, loadInlineSteps } from '../../core/enrich/text/inline-steps.ts';
import { describing } from '../../core/mime/describe-attachment.ts';
import { readHere } from '../mime/read-here.ts';
import { FAMILIES } from './families.ts';
import { type Family, IN_HEADER, IN_TEXT, lines } from './family.ts';

/** Mails, and the operation to measure on them. */
export interface Subject extends Family {
  read(mail: Buffer): Promise<unknown>;
}

const STEPS = { language: true, sentiment: 'local' } as const;
await loadInlineSteps(STEPS);

/** Attachments are hashed and inspected, then discarded. */
const sink = describing(async (_head, content) => {
  for await (const _bytes of content);
  return { bucket: '', key: '' };
});

/** Like the parser: composes the document and detects language and sentiment. */
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

/** Work that is certainly linear: any exponent above 1 is due to the machine and V8. */
const CONTROLS: Readonly<Record<string, Subject>> = {
  'control: a short list of lines': control(IN_HEADER, listed),
  'control: a text': control(IN_TEXT, (mail) => text(mail).length),
  'control: a list of lines': control(IN_TEXT, listed),
};

export const SUBJECTS: Readonly<Record<string, Subject>> = {
  ...CONTROLS,
  ...Object.fromEntries(Object.entries(FAMILIES).map(([name, family]) => [name, { ...family, read: readWhole }])),
};
