import { seededRandom } from '../seeded-random.ts';
import { BASE64, PLAIN, QUOTED_PRINTABLE } from './body-ways.ts';
import { DISPOSITION, ENCODING, SEPARATOR, TYPE } from './field-ways.ts';
import { BLANK_LINE, FIELD } from './header-ways.ts';
import { DELIMITER, MESSAGE, WHOLE } from './mail-ways.ts';
import { PARAMETER } from './parameter-ways.ts';
import { CRLF, type Ways } from './ways.ts';

const EXECUTABLE = Buffer.from('4d5a900003000000040000', 'hex');

/** One site written differently from the grammar. */
interface Change {
  site: number;
  way: number;
}

export interface GeneratedMail {
  bytes: Buffer;
  /** The changes, as `place: way`. Mails of one shape differ in nothing that should matter to a reader. */
  shape: string;
}

/** Generates a well-formed mail with one to three changes. The same random numbers give the same mail. */
export function generateMail(random: () => number): GeneratedMail {
  const seed = Math.floor(random() * 2 ** 31);
  const sites = new MailWriter(seed, []).write().sites;
  const count = random() < 0.7 ? 1 : random() < 0.7 ? 2 : 3;
  const changes = Array.from({ length: count }, () => {
    const site = Math.floor(random() * sites.length);
    return { site, way: Math.floor(random() * (sites[site]?.ways ?? 1)) };
  });
  const { text, shape } = new MailWriter(seed, changes).write();
  return { bytes: Buffer.from(text), shape: shape.sort().join(' + ') };
}

/** Generates one mail for every possible single change to the mail of a seed. */
export function* everyChange(seed: number): Generator<GeneratedMail> {
  const { sites } = new MailWriter(seed, []).write();
  for (const [site, { ways }] of sites.entries()) {
    for (let way = 0; way < ways; way++) {
      const { text, shape } = new MailWriter(seed, [{ site, way }]).write();
      yield { bytes: Buffer.from(text), shape: shape.join(' + ') };
    }
  }
}

/** Writes one mail and records every site where it could be written differently. */
class MailWriter {
  readonly #random: () => number;
  readonly #changes: readonly Change[];
  readonly #sites: { place: string; ways: number }[] = [];
  readonly #shape: string[] = [];
  #payloads = 0;

  constructor(seed: number, changes: readonly Change[]) {
    this.#random = seededRandom(seed);
    this.#changes = changes;
  }

  write(): { text: string; sites: readonly { place: string; ways: number }[]; shape: string[] } {
    const head = `From: a@example.org${CRLF}To: b@example.com${CRLF}Subject: s${CRLF}MIME-Version: 1.0${CRLF}`;
    const text = this.#at('whole', WHOLE, head + this.#multipart('outer', 0));
    return { text, sites: this.#sites, shape: this.#shape };
  }

  /** The text of one site, changed if a change targets it. */
  #at(place: string, ways: Ways, right: string): string {
    const site = this.#sites.length;
    const names = Object.keys(ways);
    this.#sites.push({ place, ways: names.length });
    let text = right;
    for (const change of this.#changes) {
      if (change.site !== site) continue;
      const name = names[change.way] ?? '';
      text = ways[name]?.(text) ?? text;
      this.#shape.push(`${place}: ${name}`);
    }
    return text;
  }

  #choose<T>(...choices: [T, ...T[]]): T {
    return choices[Math.floor(this.#random() * choices.length)] ?? choices[0];
  }

  /** The header, from its Content-Type on, and the body. */
  #multipart(boundary: string, depth: number): string {
    const where = depth === 0 ? 'root' : 'inner';
    const subtype = this.#choose('mixed', 'mixed', 'related', 'alternative');
    const parameter = this.#at(`${where} boundary`, PARAMETER, `boundary="${boundary}"`);
    const type = this.#at(`${where} type`, TYPE, `multipart/${subtype}`);
    const separator = this.#at(`${where} separator`, SEPARATOR, '; ');
    const header = this.#at(`${where} Content-Type`, FIELD, `Content-Type: ${type}${separator}${parameter}${CRLF}`);
    const encoding = this.#choose(null, null, '7bit', '8bit');
    const encodingField =
      encoding === null
        ? ''
        : this.#at(
            `${where} encoding field`,
            FIELD,
            `Content-Transfer-Encoding: ${this.#at(`${where} encoding`, ENCODING, encoding)}${CRLF}`,
          );
    const parts = this.#parts(boundary, depth);
    const preamble = this.#choose('', '', 'This is a multi-part message.');
    const blank = this.#at(`${where} blank line`, BLANK_LINE, CRLF);
    let text = header + encodingField + blank + preamble;
    for (const [i, part] of parts.entries()) {
      const place = i === 0 ? `${where} first delimiter` : `${where} delimiter`;
      const lineBefore = i === 0 && preamble === '' ? '' : CRLF;
      text += this.#at(place, DELIMITER, `${lineBefore}--${boundary}${CRLF}`) + part;
    }
    return text + this.#at(`${where} closing delimiter`, DELIMITER, `${CRLF}--${boundary}--${CRLF}`);
  }

  #parts(boundary: string, depth: number): string[] {
    const parts = [this.#textPart()];
    const payloads = this.#choose(1, 1, 2);
    for (let i = 0; i < payloads; i++) parts.push(this.#payload());
    if (depth < 2 && this.#random() < 0.4) {
      // Boundaries with a common prefix are legal and easy to confuse.
      const inner = this.#choose('inner', `${boundary}x`, `${boundary}-1`) + depth;
      const nested = this.#random() < 0.5 ? this.#multipart(inner, depth + 1) : this.#message(inner, depth);
      parts.splice(this.#choose(1, parts.length), 0, nested);
    }
    return parts;
  }

  #textPart(): string {
    const body = this.#at('text', PLAIN, 'Twelve boxes.');
    const type = this.#choose(
      '',
      `Content-Type: text/plain; charset=us-ascii${CRLF}`,
      `Content-Type: text/html; charset="utf-8"${CRLF}`,
    );
    return type + this.#at('text blank line', BLANK_LINE, CRLF) + body;
  }

  #message(boundary: string, depth: number): string {
    const type = this.#at('message type', TYPE, 'message/rfc822');
    const header = this.#at('message Content-Type', FIELD, `Content-Type: ${type}${CRLF}`);
    const encoding = this.#choose(null, '7bit');
    const encodingField =
      encoding === null
        ? ''
        : this.#at(
            'message encoding field',
            FIELD,
            `Content-Transfer-Encoding: ${this.#at('message encoding', ENCODING, encoding)}${CRLF}`,
          );
    const blank = this.#at('message blank line', BLANK_LINE, CRLF);
    const mail = `Subject: in${CRLF}MIME-Version: 1.0${CRLF}${this.#multipart(boundary, depth + 1)}`;
    return header + encodingField + blank + this.#at('message body', MESSAGE, mail);
  }

  /** An attachment, which every reader should find. */
  #payload(): string {
    const number = ++this.#payloads;
    const name = `a${number}.exe`;
    const kind = this.#choose('base64', 'base64', 'quoted-printable', '7bit');
    const type = this.#at(
      'part type',
      TYPE,
      this.#choose('application/x-msdownload', 'application/octet-stream', 'image/png'),
    );
    const named = this.#choose('name', 'filename', 'both');
    const fields: string[] = [];
    const nameParameter =
      named === 'filename'
        ? ''
        : this.#at('part separator', SEPARATOR, '; ') + this.#at('name', PARAMETER, `name="${name}"`);
    fields.push(this.#at('part Content-Type', FIELD, `Content-Type: ${type}${nameParameter}${CRLF}`));
    fields.push(
      this.#at(
        'part encoding field',
        FIELD,
        `Content-Transfer-Encoding: ${this.#at('part encoding', ENCODING, kind)}${CRLF}`,
      ),
    );
    if (named !== 'name' || this.#random() < 0.3) {
      const word = this.#at('disposition', DISPOSITION, this.#choose('attachment', 'attachment', 'inline'));
      const filename =
        named === 'name'
          ? ''
          : this.#at('disposition separator', SEPARATOR, '; ') + this.#at('filename', PARAMETER, `filename="${name}"`);
      fields.push(this.#at('Content-Disposition', FIELD, `Content-Disposition: ${word}${filename}${CRLF}`));
    }
    if (this.#random() < 0.3) fields.push(`X-Other: value${CRLF}`);
    const order = this.#random() < 0.5 ? fields : fields.toReversed();
    return order.join('') + this.#at('part blank line', BLANK_LINE, CRLF) + this.#body(kind);
  }

  #body(kind: 'base64' | 'quoted-printable' | '7bit'): string {
    if (kind === 'base64') return this.#at('base64', BASE64, EXECUTABLE.toString('base64'));
    if (kind === '7bit') return this.#at('plain', PLAIN, `MZ program${CRLF}second line`);
    return this.#at('quoted-printable', QUOTED_PRINTABLE, `MZ=90=00 program=${CRLF} goes on${CRLF}second line`);
  }
}
