/** What an element may hold: text, elements by name, or (an array) the same element several times. */
export type XmlContent = string | number | boolean | Date | undefined | XmlFields | readonly XmlContent[];
export interface XmlFields {
  readonly [name: string]: XmlContent;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

/** Renders elements in the order of their fields; `undefined` renders nothing. */
export function renderXml(fields: XmlFields): string {
  let xml = '';
  for (const name in fields) xml += renderElement(name, fields[name]);
  return xml;
}

function renderElement(name: string, content: XmlContent): string {
  if (content === undefined) return '';
  if (isList(content)) return content.map((each) => renderElement(name, each)).join('');
  return `<${name}>${renderContent(content)}</${name}>`;
}

function isList(content: XmlContent): content is readonly XmlContent[] {
  return Array.isArray(content);
}

function renderContent(content: string | number | boolean | Date | XmlFields): string {
  if (content instanceof Date) return content.toISOString();
  if (typeof content === 'object') return renderXml(content);
  return String(content).replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? character);
}

const REFERENCES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Text of an element as it was before it was escaped. */
export function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (hex) return codePoint(Number.parseInt(hex, 16), whole);
    if (decimal) return codePoint(Number(decimal), whole);
    return REFERENCES[name] ?? whole;
  });
}

function codePoint(value: number, otherwise: string): string {
  return value <= 0x10ffff ? String.fromCodePoint(value) : otherwise;
}
