/** An element of an XML document, by its local name: its author chose the prefix. */
export class XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Its own text, trimmed. */
  readonly text: string;
  readonly children: readonly XmlElement[];

  constructor(name: string, attributes: ReadonlyMap<string, string>, text: string, children: readonly XmlElement[]) {
    this.name = name;
    this.attributes = attributes;
    this.text = text;
    this.children = children;
  }

  /** Descendants at a path: `Party/PartyName/Name`. `|` separates names of one step: `Old|New/ID`. */
  all(path: string): XmlElement[] {
    let found: XmlElement[] = [this];
    for (const step of path.split('/')) {
      const names = step.split('|');
      found = found.flatMap(({ children }) => children.filter(({ name }) => names.includes(name)));
    }
    return found;
  }

  /** Non-empty texts at a path. */
  texts(path: string): string[] {
    return this.all(path).flatMap(({ text }) => (text === '' ? [] : [text]));
  }

  /** The text at a path. Null when there is none, or when several differ: it is unknown which one is meant. */
  one(path: string): string | null {
    return onlyOne(this.texts(path));
  }
}

export function onlyOne<T>(values: readonly T[]): T | null {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : null;
}
