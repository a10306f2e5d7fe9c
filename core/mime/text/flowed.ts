import { Pieces } from './pieces.ts';

/**
 * Joins the lines of `format=flowed` text (RFC 3676 §4.2) into paragraphs: a line that ends in a space continues on the
 * next line of the same quote depth; space stuffing is removed; the signature line is left alone. Linear.
 *
 * @param text lines separated by LF
 * @param delSp whether the space at the end of a flowed line is removed (`delsp=yes`)
 */
export function joinFlowed(text: string, delSp: boolean): string {
  const result = new Pieces();
  let inParagraph = false;
  let paragraphDepth = 0;
  const endParagraph = () => {
    if (inParagraph) result.add('\n');
    inParagraph = false;
  };
  for (let at = 0; at <= text.length; ) {
    const found = text.indexOf('\n', at);
    const end = found === -1 ? text.length : found;
    const line = text.slice(at, end);
    at = end + 1;
    const depth = quoteDepth(line);
    const content = line.charAt(depth) === ' ' ? line.slice(depth + 1) : line.slice(depth);
    if (depth !== paragraphDepth) endParagraph();
    paragraphDepth = depth;
    const flows = content.endsWith(' ') && content !== '-- ';
    if (content === '-- ') endParagraph();
    if (!inParagraph && depth > 0) result.add(`${line.slice(0, depth)} `);
    inParagraph = true;
    result.add(flows && delSp ? content.slice(0, -1) : content);
    if (!flows) endParagraph();
  }
  endParagraph();
  // Every paragraph ended with a line end; the last one has none.
  return result.text().slice(0, -1);
}

function quoteDepth(line: string): number {
  let depth = 0;
  while (line.charCodeAt(depth) === 0x3e) depth++;
  return depth;
}
