import type { MimeStructure } from '../mail/parsed-mail.ts';
import type { Entity } from './entity.ts';
import { TextPart } from './text/text-part.ts';

/** An open multipart. */
export class Container {
  readonly node: MimeStructure;
  readonly entity: Entity;
  /** Stream position at which its body begins. */
  readonly start: number;
  /** The text before the first delimiter: the content of a multipart whose delimiter never comes. */
  preamble: TextPart | null;
  children = 0;
  readonly #childPrefix: string;

  /**
   * @param childPrefix partId of its parts without their last number
   * @param preambleBytes how much of the preamble is kept
   */
  constructor(node: MimeStructure, entity: Entity, start: number, childPrefix: string, preambleBytes: number) {
    this.node = node;
    this.entity = entity;
    this.start = start;
    this.#childPrefix = childPrefix;
    const budget = { plain: preambleBytes, html: 0 };
    this.preamble = new TextPart(node.partId, { ...entity, contentType: 'text/plain' }, budget);
  }

  /** PartId of the part that begins now. */
  nextPartId(): string {
    this.preamble = null;
    this.children += 1;
    return `${this.#childPrefix}${this.children}`;
  }

  is(subtype: string): boolean {
    return this.entity.contentType === `multipart/${subtype}`;
  }
}
