import { withoutCutCharacter } from '../charset/damaged-utf8.ts';
import { type DecodedText, decodeText, labelOf } from '../charset/decode-text.ts';
import type { Entity } from '../entity.ts';
import { joinFlowed } from './flowed.ts';
import { linesWithLf } from './line-ends.ts';

/** Bytes that texts may still occupy, shared by all parts that count together. */
export interface TextBudget {
  plain: number;
  html: number;
}

/** One text part: collects its bytes, and decodes them at the end. */
export class TextPart {
  readonly partId: string;
  readonly html: boolean;
  readonly entity: Entity;
  readonly #budget: TextBudget;
  #chunks: Buffer[] = [];
  /** Whether some bytes were not kept. */
  cut = false;

  constructor(partId: string, entity: Entity, budget: TextBudget) {
    this.partId = partId;
    this.entity = entity;
    this.html = entity.contentType === 'text/html';
    this.#budget = budget;
  }

  get empty(): boolean {
    return this.#chunks.length === 0;
  }

  /** Keeps as much as the budget allows. */
  add(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const kind = this.html ? 'html' : 'plain';
    const left = this.#budget[kind];
    this.cut ||= bytes.length > left;
    const kept = bytes.length > left ? bytes.subarray(0, left) : bytes;
    this.#budget[kind] = left - kept.length;
    if (kept.length > 0) this.#chunks.push(kept);
  }

  /** The declared charset, wherever it is declared. */
  get label(): string | null {
    return labelOf(this.#bytes(), this.entity.charset, this.html);
  }

  /** @param hint charset that the rest of the mail uses */
  decode(hint: string | null): DecodedText {
    const bytes = this.cut ? withoutCutCharacter(this.#bytes()) : this.#bytes();
    const { text, used, defect } = decodeText(bytes, this.label, hint);
    const lines = linesWithLf(text);
    return { text: this.#flowed() ? joinFlowed(lines, this.#delSp()) : lines, used, defect };
  }

  #bytes(): Buffer {
    const only = this.#chunks[0];
    if (only !== undefined && this.#chunks.length === 1) return only;
    const whole = Buffer.concat(this.#chunks);
    this.#chunks = [whole];
    return whole;
  }

  #flowed(): boolean {
    return !this.html && this.entity.parameters.raw('format')?.trim().toLowerCase() === 'flowed';
  }

  #delSp(): boolean {
    return this.entity.parameters.raw('delsp')?.trim().toLowerCase() === 'yes';
  }
}
