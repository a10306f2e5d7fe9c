/**
 * Joins the lines of `format=flowed` text (RFC 3676 §4.2) into paragraphs: a line that ends in a space goes on in the
 * next one of the same quote depth; space stuffing is removed; the signature line is left alone. Linear.
 *
 * @param text lines separated by LF
 * @param delSp the space at the end of a flowed line is not part of the text (`delsp=yes`)
 */
export function joinFlowed(text: string, delSp: boolean): string {
  const result: string[] = [];
  let paragraph: string[] = [];
  let paragraphDepth = 0;
  const endParagraph = () => {
    if (paragraph.length > 0) result.push(quoted(paragraph.join(''), paragraphDepth));
    paragraph = [];
  };
  for (const line of text.split('\n')) {
    const depth = quoteDepth(line);
    const content = line.charAt(depth) === ' ' ? line.slice(depth + 1) : line.slice(depth);
    if (depth !== paragraphDepth) endParagraph();
    paragraphDepth = depth;
    const flows = content.endsWith(' ') && content !== '-- ';
    if (content === '-- ') endParagraph();
    paragraph.push(flows && delSp ? content.slice(0, -1) : content);
    if (!flows) endParagraph();
  }
  endParagraph();
  return result.join('\n');
}

function quoteDepth(line: string): number {
  let depth = 0;
  while (line.charCodeAt(depth) === 0x3e) depth++;
  return depth;
}

function quoted(content: string, depth: number): string {
  return depth === 0 ? content : `${'>'.repeat(depth)} ${content}`;
}
