import { printableJson } from '../../core/log/printable.ts';
import type { ParsedMail } from '../../core/mail/parsed-mail.ts';
import type { AttachmentStore } from '../../core/mime/describe-attachment.ts';
import { parse as parseArguments, UsageError } from '../../core/terminal/arguments.ts';
import { parseOpened } from '../../parse/compose.ts';
import { openMailFile, spoolMail } from '../../parse/mail-file.ts';
import { AttachmentFiles } from '../attachment-files.ts';
import type { Command } from '../command.ts';
import { mailReport } from '../mail-report.ts';

const options = {
  json: { type: 'boolean', about: 'print the whole document as JSON' },
  out: { type: 'string', value: 'DIR', about: 'write the attachments into this folder; never overwrites a file' },
} as const;

export const parse: Command = {
  summary: 'read one .eml file without a server',
  usage: {
    synopsis: ['parse FILE [--json] [--out DIR]'],
    about: [
      'Prints what the parser reads from a file, or from standard input when FILE is "-". It works offline: it sends, stores and looks up nothing, so it neither authenticates the sender nor scans attachments.',
    ],
    options,
    examples: [
      'mail-pipeline parse mail.eml',
      'mail-pipeline parse - --json < mail.eml',
      'mail-pipeline parse mail.eml --out attachments',
    ],
    takes: 'files',
  },
  async run(args, context) {
    const { values, positionals } = parseArguments(args, options);
    const [path, extra] = positionals;
    if (path === undefined) throw new UsageError('give a file, or - for standard input');
    if (extra !== undefined) throw new UsageError(`"${extra}": parse takes one file`);
    if (values.out === '') throw new UsageError('--out is empty: give a folder');
    const mail = await (path === '-'
      ? spoolMail('-', context.input(), context.signal)
      : openMailFile(path, context.signal));
    try {
      const read = (store: AttachmentStore) => parseOpened(mail, context.read, store, context.signal);
      const document = values.out === undefined ? await read(discard) : await readInto(values.out, read);
      await context.out.write(
        values.json ? `${printableJson(JSON.stringify(document, null, 2))}\n` : mailReport(document),
      );
      return 0;
    } finally {
      await mail.close();
    }
  },
};

/** Deletes the files when the reading fails: no document would list them. */
async function readInto(folder: string, read: (store: AttachmentStore) => Promise<ParsedMail>): Promise<ParsedMail> {
  const files = await AttachmentFiles.in(folder);
  try {
    const document = await read(files.store);
    if (document.attachments.length === 0) await files.remove();
    return document;
  } catch (error) {
    await files.remove();
    throw error;
  }
}

/** Stores nothing; bucket and key are empty. */
const discard: AttachmentStore = async (_head, content) => {
  for await (const _bytes of content);
  return { bucket: '', key: '' };
};
