import { Tokenizer } from 'htmlparser2';

/** Receives the tokens of HTML. Comments and declarations are skipped, entities decoded. */
export interface HtmlHandler {
  /** @param attributes names in lower case; the first of duplicates wins, as in browsers */
  open(name: string, attributes: ReadonlyMap<string, string>): void;
  close(name: string): void;
  text(text: string): void;
}

/** Maximum number of attributes per tag. */
const MAX_ATTRIBUTES = 200;

/** Tokenises HTML in one pass and linear time; keeps no stack of open elements. */
export function readHtml(html: string, handler: HtmlHandler): void {
  let name = '';
  let attributes = new Map<string, string>();
  let attribute = '';
  let value = '';
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      onopentagname(start, end) {
        name = html.slice(start, end).toLowerCase();
        attributes = new Map();
      },
      onattribname(start, end) {
        attribute = html.slice(start, end).toLowerCase();
        value = '';
      },
      onattribdata(start, end) {
        value += html.slice(start, end);
      },
      onattribentity(codePoint) {
        value += String.fromCodePoint(codePoint);
      },
      onattribend() {
        if (!attributes.has(attribute) && attributes.size < MAX_ATTRIBUTES) attributes.set(attribute, value);
      },
      onopentagend: () => handler.open(name, attributes),
      onselfclosingtag() {
        handler.open(name, attributes);
        // HTML ignores the slash; SVG and MathML do not (HTML §13.1.2.1).
        if (name === 'svg' || name === 'math') handler.close(name);
      },
      onclosetag: (start, end) => handler.close(html.slice(start, end).toLowerCase()),
      ontext: (start, end) => handler.text(html.slice(start, end)),
      ontextentity: (codePoint) => handler.text(String.fromCodePoint(codePoint)),
      oncdata() {},
      oncomment() {},
      ondeclaration() {},
      onprocessinginstruction() {},
      onend() {},
    },
  );
  tokenizer.write(html);
  tokenizer.end();
}
