import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { safeFileName } from '../../../cli/attachment-files.ts';
import type { CommandContext } from '../../../cli/command.ts';
import { run } from '../../../cli/program.ts';
import { parsedMailSchema } from '../../../core/mail/parsed-mail.ts';
import { describing } from '../../../core/mime/describe-attachment.ts';
import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import type { ReadMime } from '../../../core/reading/read-content.ts';
import { ReadingStopped } from '../../../core/reading/supervised-read.ts';
import { testContext } from '../../support/cli-context.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const path = temporaryDirectory();
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path('parse-'));
});

const read: ReadMime = (source, store, { limits }) => new StreamingMimeReader().read(source, describing(store), limits);

async function parse(args: string[], parts: Partial<CommandContext> = {}) {
  const context = testContext({}, { read, ...parts });
  const code = await run(['parse', ...args], context);
  return { code, out: context.printed(), err: context.complained() };
}

async function file(text: string): Promise<string> {
  const name = join(folder, 'mail.eml');
  await writeFile(name, text);
  return name;
}

function withAttachments(...names: string[]): string {
  const parts = names.map(
    (name) =>
      `--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\n${name}\r\n`,
  );
  return `From: a@example.net\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts.join('')}--b--\r\n`;
}

describe('mail-pipeline parse', () => {
  it('prints people, subject, text, and attachments with type, size and hash', async () => {
    const { code, out, err } = await parse(['test/fixtures/mails/several-attachments.eml']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^From: {7}\S/);
    expect(out).toContain('Auth:       not checked: this needs DNS and the SMTP envelope');
    expect(out).toMatch(/^Attachments: 3\n {2}2 {2}report\.pdf {2}application\/pdf {2}598 bytes\n {6}sha256 a114b70d/m);
    expect(out).toContain('No defects');
  });

  it('prints a valid document with --json, without buckets or keys that do not exist', async () => {
    const { code, out } = await parse(['test/fixtures/mails/several-attachments.eml', '--json']);
    expect(code).toBe(0);
    const document = parsedMailSchema.parse(JSON.parse(out));
    expect(document).toMatchObject({
      envelope: null,
      auth: null,
      subject: 'Figures for the quarter',
      text: 'Three files.',
      raw: { bucket: '', key: 'several-attachments.eml' },
      steps: [{ name: 'authentication', status: 'skipped' }],
    });
    expect(document.attachments).toMatchObject([
      { filename: 'report.pdf', size: 598, bucket: '', key: '' },
      { filename: 'Übersicht.csv', bucket: '', key: '' },
      { bucket: '', key: '' },
    ]);
  });

  it('explains defects with their part, and reports an ambiguous mail', async () => {
    const mail = 'From: a@example.net\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n';
    const differs: ReadMime = async (source, store, options) => {
      const content = await read(source, store, options);
      return options.reading === 'second' ? { ...content, text: 'something else' } : content;
    };
    const { out } = await parse([await file(mail)], { read: differs });
    expect(out).toContain('mime.truncated: A multipart whose closing boundary is missing');
    expect(out).toMatch(/^Ambiguous: {2}yes/m);
    expect(out).toMatch(/^ {2}mime\.ambiguous: .*\n {6}text has 5 characters here, 13 in the second reading$/m);
  });

  it('lets no byte of a mail control the terminal', async () => {
    const evil = '\u001b]0;title\u0007\u001b[2J\u202egnp.exe';
    const mail = `From: =?utf-8?b?${Buffer.from(evil).toString('base64')}?= <a@example.net>\r\nSubject: x${evil}\r\n\r\n${evil}\r\n`;
    for (const args of [[], ['--json']]) {
      const { out } = await parse([await file(mail), ...args]);
      expect(['\u001b', '\u0007', '\u202e'].filter((character) => out.includes(character))).toEqual([]);
      expect(out).toContain('\\u001b');
    }
  });

  it('reads standard input as -', async () => {
    const input = () => Readable.from([Buffer.from('Subject: in'), Buffer.from(' pieces\r\n\r\nhello\r\n')]);
    const { code, out } = await parse(['-', '--json'], { input });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ subject: 'in pieces', text: 'hello\n', raw: { key: '-', size: 29 } });
  });

  it('reads empty input as a mail with a defect', async () => {
    const { code, out } = await parse([await file('')]);
    expect(code).toBe(0);
    expect(out).toContain('message.empty');
  });

  it.each([
    [[], 2, 'give a file, or - for standard input'],
    [['a.eml', 'b.eml'], 2, '"b.eml": parse takes one file'],
    [['missing.eml'], 1, 'missing.eml does not exist'],
    [['test/fixtures'], 1, 'test/fixtures is a folder: give one .eml file'],
    [['package.json/x.eml'], 1, 'package.json/x.eml cannot be read: ENOTDIR'],
    [['test/fixtures/mails/reply.eml', '--out', ''], 2, '--out is empty: give a folder'],
    [
      ['test/fixtures/mails/reply.eml', '--out', 'package.json/x'],
      1,
      '--out package.json/x cannot be created: ENOTDIR',
    ],
    [['test/fixtures/mails/reply.eml', '--out', 'package.json'], 1, '--out package.json cannot be created: EEXIST'],
  ])('with %j ends with %i and says: %s', async (args, code, message) => {
    const result = await parse(args);
    expect(result).toMatchObject({ code, out: '' });
    expect(result.err).toContain(message);
  });
});

describe('mail-pipeline parse --out', () => {
  it('writes each attachment under its part number, and prints the path', async () => {
    const out = join(folder, 'new', 'attachments');
    const result = await parse([await file(withAttachments('a.pdf', 'a.pdf')), '--out', out]);
    expect(result).toMatchObject({ code: 0, err: '' });
    expect((await readdir(out)).sort()).toEqual(['1-a.pdf', '2-a.pdf']);
    expect(await readFile(join(out, '2-a.pdf'), 'utf8')).toBe('a.pdf');
    expect(result.out).toContain(`written to ${join(out, '2-a.pdf')}`);
  });

  it('never writes outside the folder, whatever an attachment is called', async () => {
    const names = ['../../x.sh', '/etc/passwd', '..', '.', 'a/b', 'a\\\\b', 'CON', 'x'.repeat(400), '-rf', '~root'];
    const out = join(folder, 'out');
    const { code } = await parse([await file(withAttachments(...names)), '--out', out]);
    expect(code).toBe(0);
    expect((await readdir(folder)).sort()).toEqual(['mail.eml', 'out']);
    expect(await readdir(out)).toHaveLength(names.length);
  });

  it('neither overwrites files nor follows links, and deletes what it wrote before the conflict', async () => {
    const out = join(folder, 'out');
    const elsewhere = join(folder, 'elsewhere');
    for (const put of [(name: string) => writeFile(name, 'mine'), (name: string) => symlink(elsewhere, name)]) {
      await mkdir(out, { recursive: true });
      const taken = join(out, '2-b.pdf');
      await put(taken);
      const { code, err } = await parse([await file(withAttachments('a.pdf', 'b.pdf')), '--out', out]);
      expect({ code, err }).toEqual({
        code: 1,
        err: `mail-pipeline parse: ${taken} exists: remove it, or give --out another folder\n`,
      });
      expect(await readdir(out)).toEqual(['2-b.pdf']);
      await rm(taken);
    }
    expect(await readdir(folder)).not.toContain('elsewhere');
  });

  it('leaves no file when reading the mail fails', async () => {
    let calls = 0;
    const breaks: ReadMime = async (source, store, options) => {
      const content = await read(source, store, options);
      if (calls++ === 0) throw new ReadingStopped('parse.crash', 'it broke');
      return content;
    };
    const out = join(folder, 'out');
    const result = await parse([await file(withAttachments('a.pdf')), '--out', out], { read: breaks });
    expect(result.code).toBe(0);
    expect(result.out).toContain('parse.crash');
    expect(await readdir(out)).toEqual([]);
  });
});

describe('the name of a file', () => {
  it.each([
    ['1-Rechnung März.pdf', '1-Rechnung März.pdf'],
    ['1-個人.pdf', '1-個人.pdf'],
    ['1-../../x', '1-.._.._x'],
    ['1-a\u0000b\u202ec', '1-a_b_c'],
    ['1-a:b*c?"<>|', '1-a_b_c_____'],
    ['1-trailing. .', '1-trailing'],
    ['1-e\u0301', '1-é'],
  ])('%j is %j', (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });

  it('has at most 150 bytes and keeps its extension', () => {
    const name = safeFileName(`1-${'é'.repeat(300)}.docx`);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(150);
    expect(name).toMatch(/é\.docx$/);
  });
});
