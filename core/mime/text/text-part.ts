import { type DecodedText, decodeText } from '../charset/decode-text.ts';
import type { Entity } from '../entity.ts';
import { joinFlowed } from './flowed.ts';
import { linesWithLf } from './line-ends.ts';

/** Bytes that texts may still take up, shared by all parts that count together. */
export interface TextBudget {
  plain: number;
  html: number;
}

/** One text part: its bytes while they come in, its text when all are there. */
export class TextPart {
  readonly partId: string;
  readonly html: boolean;
  readonly entity: Entity;
  readonly #budget: TextBudget;
  readonly #chunks: Buffer[] = [];
  /** Bytes came that were not kept. */
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
    const kind = this.html ? 'html' : 'plain';
    const kept = bytes.subarray(0, this.#budget[kind]);
    this.cut ||= kept.length < bytes.length;
    this.#budget[kind] -= kept.length;
    if (kept.length > 0) this.#chunks.push(kept);
  }

  /** @param hint charset that the rest of the mail uses */
  async decode(hint: string | null): Promise<DecodedText> {
    const only = this.#chunks.length === 1 ? this.#chunks[0] : undefined;
    const bytes = only ?? Buffer.concat(this.#chunks);
    const decoded = await decodeText(bytes, this.entity.charset, { html: this.html, hint });
    const text = linesWithLf(decoded.text);
    return { ...decoded, text: this.#flowed() ? joinFlowed(text, this.#delSp()) : text };
  }

  #flowed(): boolean {
    return !this.html && this.entity.parameters.raw('format')?.trim().toLowerCase() === 'flowed';
  }

  #delSp(): boolean {
    return this.entity.parameters.raw('delsp')?.trim().toLowerCase() === 'yes';
  }
}
