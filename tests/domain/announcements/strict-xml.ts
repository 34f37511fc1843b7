/** An element of an XML document; text stands in `text`, whether or not elements stand between. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const TOKEN = /<\/([\w:]+)>|<([\w:]+)((?: [\w:]+="[^"<]*")*)(\/?)>|([^<]+)/uy;
const NOT_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/**
 * Reads XML 1.0 of the plain sort (declaration, elements, attributes, text, the named entities), and throws for whatever
 * is not well formed: an XML parser that a reader uses would refuse it too.
 */
export function parseXml(document: string): Element {
  const declaration = '<?xml version="1.0" encoding="utf-8"?>\n';
  if (!document.startsWith(declaration)) throw new Error('no XML declaration');
  if (NOT_XML.test(document)) throw new Error('a character that XML cannot hold');
  const top: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [top];
  TOKEN.lastIndex = declaration.length;
  while (TOKEN.lastIndex < document.length) {
    const at = TOKEN.lastIndex;
    const [token, end, start, attributes = '', empty, text] = TOKEN.exec(document) ?? [];
    const current = open.at(-1);
    if (token === undefined || current === undefined)
      throw new Error(`not well formed at ${document.slice(at, at + 40)}`);
    if (end !== undefined) {
      if (open.pop()?.name !== end) throw new Error(`</${end}> closes another element`);
    } else if (start !== undefined) {
      const element: Element = { name: start, attributes: attributesOf(attributes), children: [], text: '' };
      current.children.push(element);
      if (empty === '') open.push(element);
    } else if (text !== undefined) {
      current.text += plain(text);
    }
  }
  const [root, ...more] = top.children;
  if (root === undefined || more.length > 0 || open.length !== 1 || top.text.trim() !== '') {
    throw new Error('not exactly one closed root element');
  }
  return root;
}

/** The children of this name. */
export function named(element: Element, name: string): readonly Element[] {
  return element.children.filter((child) => child.name === name);
}

/** The text of the one child of this name; throws when there is none or more than one. */
export function textIn(element: Element, name: string): string {
  const [only, ...more] = named(element, name);
  if (only === undefined || more.length > 0) throw new Error(`${element.name} holds not exactly one ${name}`);
  return only.text;
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/ ([\w:]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, plain(value)]);
  if (new Set(pairs.map(([name]) => name)).size < pairs.length) throw new Error('an attribute stands twice');
  return Object.fromEntries(pairs) as Record<string, string>;
}

function plain(text: string): string {
  return text.replace(/&([^;]*;?)/g, (_whole, reference: string) => {
    const character = ENTITIES[reference.slice(0, -1)];
    if (!reference.endsWith(';') || character === undefined) throw new Error(`unknown reference &${reference}`);
    return character;
  });
}
