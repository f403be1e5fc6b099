import type { Schema, SubSchema } from './schemas.ts';

/** Text that is HTML already. */
export interface Html {
  readonly text: string;
}
type Part = string | number | Html | readonly Part[];

/** HTML whose parts are escaped, unless they are HTML themselves. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  raw(String.raw({ raw: strings }, ...parts.map(render)));
export const raw = (text: string): Html => ({ text });

function render(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return 'text' in part ? part.text : part.map(render).join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

/** Prose with `code` in it. */
export const inWords = (text: string): Html[] =>
  text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));

export const exampleHtml = (value: unknown): Html =>
  html`<pre tabindex="0">${JSON.stringify(value, null, 2)}</pre>`;

/** What a schema takes, in a few words; a name leads to its fields. */
export function typeOf(schema: Schema): Html {
  const { $ref, items, const: constant, enum: values, type } = schema;
  const choices = schema.oneOf ?? schema.anyOf;
  if ($ref !== undefined) {
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    return html`<a href="#fields-${name}">${name}</a>`;
  }
  if (constant !== undefined) return html`<code>${JSON.stringify(constant)}</code>`;
  if (values)
    return html`${separated(
      values.map((value) => html`<code>${String(value)}</code>`),
      ', ',
    )}`;
  if (choices && type === undefined) return html`${separated(choices.map(typeOfPart), ' or ')}`;
  if (type === 'array') return html`list of ${typeOfPart(items)}${bounds(schema)}`;
  return html`${type ?? 'anything'}${bounds(schema)}`;
}
const typeOfPart = (schema: SubSchema | SubSchema[] | undefined): Html =>
  typeof schema === 'object' && !Array.isArray(schema) ? typeOf(schema) : html`anything`;

const separated = (parts: readonly Html[], by: string): Part[] =>
  parts.flatMap((part, index) => (index === 0 ? [part] : [by, part]));

function bounds(schema: Schema): string {
  const least = schema.minimum ?? schema.minItems;
  const most = schema.maximum ?? schema.maxItems ?? schema.maxLength;
  const range =
    least !== undefined && most !== undefined && schema.maxLength === undefined
      ? `, ${least} to ${most}`
      : `${least === undefined ? '' : `, at least ${least}`}${most === undefined ? '' : `, at most ${most}`}`;
  const unit = schema.maxLength !== undefined ? ' characters' : '';
  return `${range}${unit}${schema.default === undefined ? '' : `, ${JSON.stringify(schema.default)} by default`}`;
}

/** The fields of an object, each with what it takes and what it says. */
export function fieldsHtml(schema: Schema): Html {
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) return html`<p>${typeOf(schema)}</p>`;
  const required = new Set(schema.required);
  return html`<dl>${fields.map(([name, field]) => fieldHtml(name, field, required.has(name)))}</dl>`;
}

function fieldHtml(name: string, field: SubSchema, isRequired: boolean): Html {
  const { description = '', properties, items, ...rest } = typeof field === 'object' ? field : {};
  const hasDefault = rest.default !== undefined;
  const parts = properties ? field : items;
  const hasFields = typeof parts === 'object' && !Array.isArray(parts) && parts.properties !== undefined;
  return html`<dt><code>${name}</code> <small>${typeOfPart(field)}${isRequired || hasDefault ? '' : ', optional'}</small></dt><dd>${inWords(description)}${hasFields ? fieldsHtml(parts) : ''}</dd>`;
}
