import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { printable } from '../../core/log/printable.ts';
import { errorText, PermanentError } from '../../core/mail/errors.ts';
import { cliVariable } from '../../core/settings/cli.ts';
import { envelopeFromHeaders, type SmtpEnvelope } from '../../core/smtp/envelope-from-headers.ts';
import { SmtpClient, type SmtpServer } from '../../core/smtp/smtp-client.ts';
import { hostAndPort, parse, UsageError } from '../../core/terminal/arguments.ts';
import type { Command, CommandContext } from '../command.ts';

const options = {
  from: {
    type: 'string',
    value: 'ADDRESS',
    about: 'MAIL FROM; "" or "<>" for the null sender. Default: Return-Path, Sender or From',
  },
  to: { type: 'string', value: 'ADDRESS', multiple: true, about: 'RCPT TO; may be repeated. Default: To, Cc and Bcc' },
  smtp: {
    type: 'string',
    value: 'HOST:PORT',
    about: `the SMTP server (${cliVariable('smtpServer')}). Default: 127.0.0.1:2525`,
  },
} as const;

export const send: Command = {
  summary: 'deliver .eml files over SMTP',
  usage: {
    synopsis: ['send FILE… [--from ADDRESS] [--to ADDRESS]… [--smtp HOST:PORT]'],
    about: [
      'Delivers each file, and each .eml file in each folder, and prints the queue id that the server assigned. The bytes are sent unchanged, except that a bare LF or CR becomes CRLF, as SMTP requires.',
    ],
    options,
    examples: [
      'mail-pipeline send mail.eml',
      'mail-pipeline send mails/ --from ada@example.org --to orders@example.com --smtp 127.0.0.1:2525',
    ],
    takes: 'files',
  },
  async run(args, context) {
    const { values, positionals } = parse(args, options);
    if (positionals.length === 0) throw new UsageError('give the files to send');
    const server = hostAndPort(
      values.smtp === undefined ? cliVariable('smtpServer') : '--smtp',
      values.smtp ?? context.settings.smtpServer,
    );
    const files = (await Promise.all(positionals.map(emlFiles))).flat();
    const delivered = await deliverFiles(files, server, { from: values.from, to: values.to }, context);
    return delivered === files.length ? 0 : 1;
  },
};

interface Override {
  from: string | undefined;
  to: string[] | undefined;
}

/**
 * Sends all files over one connection, and reconnects after a mail that failed. Resolves with the number of files the
 * server accepted for all recipients; rejects when the server cannot be reached at all.
 */
async function deliverFiles(
  files: string[],
  server: SmtpServer,
  override: Override,
  context: CommandContext,
): Promise<number> {
  let delivered = 0;
  let client: SmtpClient | null = null;
  let sending: string | null = null;
  context.ifInterrupted(() => {
    const last = sending === null ? '' : `; ${printable(sending)} may have been`;
    return `interrupted: ${delivered} of ${files.length} files were delivered${last}`;
  });
  for (const file of files) {
    if (context.signal.aborted) break;
    client ??= await SmtpClient.connect(server);
    try {
      const message = await readFile(file);
      sending = file;
      const { queueId, reply, rejected } = await client.send(envelopeOf(message, override), message);
      await context.out.write(`${printable(`${queueId ?? reply}  ${file}`)}\n`);
      for (const refusal of rejected) {
        await context.err.write(`${printable(`${file}: <${refusal.address}> was refused: ${refusal.reply}`)}\n`);
      }
      if (rejected.length === 0) delivered += 1;
    } catch (error) {
      if (context.signal.aborted) throw error;
      client.quit();
      client = null;
      await context.err.write(`${printable(`${file}: ${errorText(error)}`)}\n`);
    }
    sending = null;
  }
  client?.quit();
  return delivered;
}

/** @throws PermanentError `envelope.incomplete` naming the flag to give */
function envelopeOf(message: Buffer, { from, to }: Override): SmtpEnvelope {
  const headers = envelopeFromHeaders(message);
  const mailFrom = from === '<>' ? '' : (from ?? headers.mailFrom);
  const rcptTo = to ?? headers.rcptTo;
  const incomplete = (message: string) => new PermanentError('envelope.incomplete', message);
  if (mailFrom === null) throw incomplete('no sender in Return-Path, Sender or From: give --from');
  if (rcptTo === null) throw incomplete('no recipient in To, Cc or Bcc: give --to');
  return { mailFrom, rcptTo };
}

/** @throws PermanentError `file.missing` when the file does not exist, or the folder has no .eml files */
async function emlFiles(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new PermanentError('file.missing', `${path} does not exist`);
  if (!found.isDirectory()) return [path];
  const files = (await readdir(path, { recursive: true })).filter((name) => name.endsWith('.eml')).sort();
  if (files.length === 0) throw new PermanentError('file.missing', `there are no .eml files in ${path}`);
  return files.map((name) => join(path, name));
}
