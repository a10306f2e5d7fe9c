import { type CSSToken, TokenType, tokenize } from '@csstools/css-tokenizer';

/** Replaces the URL of an image; null hides the image. */
export type PlaceImage = (url: string) => string | null;

/** Functions whose strings are URLs (CSS Images 4, CSS Values 4). */
const IMAGE_FUNCTIONS = new Set(['url', 'src', 'image', 'image-set', '-webkit-image-set']);
/** Functions whose value comes from elsewhere, so a URL that contains one is unknown. */
const SUBSTITUTIONS = new Set(['var', 'attr', 'env']);
/** At-rules that load something. */
const LOADING_RULES = new Set(['import', 'font-face', 'namespace', 'charset']);
/** An empty image, which causes no request. */
const NO_IMAGE = 'data:,';

/**
 * Sanitises a style sheet or the value of a `style` attribute: it keeps only images that `place` allows and loads
 * nothing else. Works on the tokens of the CSS Syntax specification, so that escapes (`\75rl(`) hide nothing. Linear.
 * The result contains no `<`, so it cannot close a `style` element.
 */
export function cleanCss(css: string, place: PlaceImage): string {
  const tokens = tokenize({ css });
  let clean = '';
  /** For each open bracket, whether it is inside the URL of an image. */
  const brackets: boolean[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined || token[0] === TokenType.EOF) break;
    if (isLoadingRule(token)) at = endOfRule(tokens, at);
    else if (token[0] === TokenType.Function && brackets.at(-1) && SUBSTITUTIONS.has(nameOf(token))) {
      at = endOfBlock(tokens, at);
    } else {
      track(token, brackets);
      clean += written(token, brackets.at(-1) === true, place);
    }
  }
  return clean.replaceAll('<', '\\3c ');
}

function written(token: CSSToken, inAddress: boolean, place: PlaceImage): string {
  switch (token[0]) {
    case TokenType.URL:
      return `url(${quoted(place(token[4].value) ?? NO_IMAGE)})`;
    case TokenType.String:
      return inAddress ? quoted(place(token[4].value) ?? NO_IMAGE) : token[1];
    case TokenType.BadURL:
    case TokenType.BadString:
    case TokenType.CDO:
    case TokenType.CDC:
    case TokenType.Comment:
      return ' ';
    default:
      return token[1];
  }
}

function track(token: CSSToken, brackets: boolean[]): void {
  if (token[0] === TokenType.Function) brackets.push(brackets.at(-1) === true || IMAGE_FUNCTIONS.has(nameOf(token)));
  else if (isOpening(token)) brackets.push(brackets.at(-1) === true);
  else if (isClosing(token)) brackets.pop();
}

const nameOf = (token: CSSToken): string =>
  token[0] === TokenType.Function || token[0] === TokenType.AtKeyword ? token[4].value.toLowerCase() : '';

const isLoadingRule = (token: CSSToken): boolean =>
  token[0] === TokenType.AtKeyword && LOADING_RULES.has(nameOf(token));

/** Index of the last token of an at-rule: its semicolon or the end of its block. */
function endOfRule(tokens: readonly CSSToken[], start: number): number {
  for (let at = start + 1; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined || token[0] === TokenType.Semicolon) return at;
    if (token[0] === TokenType.CloseCurly) return at - 1;
    if (token[0] === TokenType.OpenCurly) return endOfBlock(tokens, at);
    if (isOpening(token)) at = endOfBlock(tokens, at);
  }
  return tokens.length;
}

/** Index of the bracket that closes the one at `start`. */
function endOfBlock(tokens: readonly CSSToken[], start: number): number {
  let depth = 0;
  for (let at = start; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined) break;
    if (isOpening(token)) depth += 1;
    else if (isClosing(token)) depth -= 1;
    if (depth === 0) return at;
  }
  return tokens.length;
}

const OPENING: ReadonlySet<string> = new Set([
  TokenType.Function,
  TokenType.OpenParen,
  TokenType.OpenSquare,
  TokenType.OpenCurly,
]);
const CLOSING: ReadonlySet<string> = new Set([TokenType.CloseParen, TokenType.CloseSquare, TokenType.CloseCurly]);
const isOpening = (token: CSSToken): boolean => OPENING.has(token[0]);
const isClosing = (token: CSSToken): boolean => CLOSING.has(token[0]);

/** A CSS string; escapes whatever could end it (CSS Syntax 3 §4.3.7). */
const quoted = (text: string): string =>
  `"${text.replace(/["\\\n\r\f\0]/g, (character) => `\\${character.charCodeAt(0).toString(16)} `)}"`;
