/**
 * A small strict XML reader: elements, attributes, text, CDATA, comments, the five named entities and numeric ones.
 * No DTD, no namespaces: TwiML needs none, and leaving them out closes the door to entity expansion.
 */
export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  children: Array<XmlElement | string>;
}

export class XmlError extends Error {}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decode(text: string, at: number): string {
  return text.replace(/&([^;\s]*);?/g, (whole, name: string) => {
    const number = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(name);
    if (whole.endsWith(';') && number)
      return String.fromCodePoint(parseInt(number[1] ?? number[2]!, number[1] ? 16 : 10));
    const letter = whole.endsWith(';') ? named[name] : undefined;
    if (letter === undefined) throw new XmlError(`unknown entity ${whole} near character ${at}`);
    return letter;
  });
}

const tag = /([A-Za-z_][\w.:-]*)/y;
const attribute = /\s+([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const tagEnd = /\s*(\/?)>/y;

/** Reads one document and returns its root element. Throws XmlError with the position of the fault. */
export function parseXml(source: string): XmlElement {
  let at = source.startsWith('\uFEFF') ? 1 : 0;
  const top: XmlElement = { name: '', attributes: {}, children: [] };
  const open: XmlElement[] = [top];

  const match = (pattern: RegExp, what: string): RegExpExecArray => {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (!found) throw new XmlError(`expected ${what} at character ${at}`);
    at = pattern.lastIndex;
    return found;
  };
  const skipTo = (end: string): string => {
    const to = source.indexOf(end, at);
    if (to < 0) throw new XmlError(`"${end}" is missing after character ${at}`);
    const text = source.slice(at, to);
    at = to + end.length;
    return text;
  };
  const openTag = () => {
    at += 1;
    const element: XmlElement = { name: match(tag, 'an element name')[1]!, attributes: {}, children: [] };
    for (attribute.lastIndex = at; ; ) {
      const found = attribute.exec(source);
      if (!found) break;
      at = attribute.lastIndex;
      if (found[1]! in element.attributes) throw new XmlError(`attribute ${found[1]} twice at character ${at}`);
      element.attributes[found[1]!] = decode(found[2] ?? found[3] ?? '', at);
    }
    open.at(-1)!.children.push(element);
    if (match(tagEnd, `the end of <${element.name}>`)[1] === '') open.push(element);
  };

  while (at < source.length) {
    if (source.startsWith('<?', at)) skipTo('?>');
    else if (source.startsWith('<!--', at)) skipTo('-->');
    else if (source.startsWith('<![CDATA[', at)) {
      at += 9;
      open.at(-1)!.children.push(skipTo(']]>'));
    } else if (source.startsWith('<!', at)) throw new XmlError('a document type declaration is not accepted');
    else if (source.startsWith('</', at)) {
      at += 2;
      const name = match(tag, 'an element name')[1]!;
      match(tagEnd, `the end of </${name}>`);
      if (open.length === 1 || open.pop()!.name !== name) throw new XmlError(`</${name}> closes nothing, before ${at}`);
    } else if (source[at] === '<') openTag();
    else {
      const to = source.indexOf('<', at);
      const text = source.slice(at, to < 0 ? source.length : to);
      open.at(-1)!.children.push(decode(text, at));
      at += text.length;
    }
  }
  if (open.length > 1) throw new XmlError(`<${open.at(-1)!.name}> is never closed`);
  const roots = top.children.filter((child) => typeof child !== 'string');
  const stray = top.children.some((child) => typeof child === 'string' && child.trim() !== '');
  if (roots.length !== 1 || stray) throw new XmlError('a document has exactly one root element');
  return roots[0]!;
}

/** All text inside an element, tags left out, white space folded. */
export function textOf(element: XmlElement): string {
  const collect = (node: XmlElement | string): string =>
    typeof node === 'string' ? node : node.children.map(collect).join(node.name === 'Response' ? ' ' : '');
  return collect(element).replace(/\s+/g, ' ').trim();
}

/** The element children; text between them is layout. */
export const elementsOf = (element: XmlElement): XmlElement[] =>
  element.children.filter((child): child is XmlElement => typeof child !== 'string');
