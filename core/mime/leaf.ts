import type { MimeStructure } from '../mail/parsed-mail.ts';
import { READ_BOTH_WAYS } from './ambiguity.ts';
import type { DefectLog } from './defect-log.ts';
import type { Entity } from './entity.ts';
import { isMessage } from './leaf-kinds.ts';
import type { TextPart } from './text/text-part.ts';
import { identity, transferDecoder } from './transfer/decoder.ts';
import type { TransferDecoder } from './transfer/transfer-decoder.ts';

/** A field with which a body must not begin. */
const MIME_FIELD = /^content-(?:type|transfer-encoding|disposition)[ \t]*:/i;
/** Bytes of a body that suffice to find such a field. */
const FIELD_BYTES = 40;

/** A leaf of the MIME tree while its body is read. */
export class Leaf {
  readonly node: MimeStructure;
  readonly entity: Entity;
  /** Whether it is inside a multipart/related. */
  readonly related: boolean;
  /** Collects its bytes when it is text; null when they are stored, or skipped. */
  readonly text: TextPart | null;
  readonly decoder: TransferDecoder;
  readonly #defects: DefectLog;
  readonly #start: number;
  #nul = false;
  /** The beginning of the body, until it is long enough to recognise such a field. */
  #beginning: string | null = '';

  /** @param start position in the stream where its body begins */
  constructor(
    node: MimeStructure,
    entity: Entity,
    options: { start: number; related: boolean; text: TextPart | null; defects: DefectLog },
  ) {
    this.node = node;
    this.entity = entity;
    this.related = options.related;
    this.text = options.text;
    this.#start = options.start;
    this.#defects = options.defects;
    // Texts are kept in pieces, and an attached mail may keep pieces of its texts: only bytes that merely pass are
    // overwritten.
    const reuse = options.text === null && !isMessage(entity);
    const decoder = transferDecoder(entity.encoding ?? '', reuse);
    if (decoder === null) options.defects.add('mime.encoding_unknown', node.partId, JSON.stringify(entity.encoding));
    this.decoder = decoder ?? identity;
  }

  /** The decoded bytes of an attachment are valid until the next call. */
  decode(bytes: Buffer): Buffer {
    if (this.#beginning !== null) this.#lookForField(bytes);
    const decoded = this.decoder.write(bytes);
    this.#nul ||= bytes.includes(0);
    return decoded;
  }

  /** Fields after a blank line: the header ended a line too early, and some readers include them in it. */
  #lookForField(bytes: Buffer): void {
    // Most bodies begin with a letter other than C.
    if (this.#beginning === '' && ((bytes[0] ?? 0) | 0x20) !== 0x63) {
      this.#beginning = null;
      return;
    }
    const beginning = this.#beginning + bytes.toString('latin1', 0, FIELD_BYTES);
    const found = MIME_FIELD.exec(beginning);
    this.#beginning = found === null && beginning.length < FIELD_BYTES ? beginning : null;
    const { contentType } = this.entity;
    if (found === null || contentType.startsWith('message/') || contentType === 'text/rfc822-headers') return;
    this.#defects.add('mime.fields_in_body', this.node.partId, found[0]);
    this.#defects.add('mime.ambiguous', this.node.partId, READ_BOTH_WAYS.fields_in_body);
  }

  /** @param at position in the stream where its body ends */
  end(at: number): void {
    const { node, entity, decoder } = this;
    node.size = at - this.#start;
    if (decoder.invalid) {
      this.#defects.add('mime.encoding_invalid', node.partId, entity.encoding ?? '');
      if (this.text === null) this.#defects.add('mime.ambiguous', node.partId, READ_BOTH_WAYS.encoding_broken);
    } else if (decoder.reshaped && this.text === null) {
      this.#defects.add('mime.ambiguous', node.partId, READ_BOTH_WAYS.encoding_tolerant);
    }
    if (this.#nul && entity.encoding !== 'binary') this.#defects.add('body.nul', node.partId, 'NUL bytes');
    if (entity.contentType === 'message/external-body') {
      this.#defects.add('mime.external_body', node.partId, 'not fetched');
    }
  }
}
