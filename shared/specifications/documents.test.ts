import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ERROR_CODES } from '../errors.ts';
import { asyncApi } from './asyncapi.ts';
import { openApi } from './openapi.ts';
import { PAGE_POLICY, specificationsPage } from './page.ts';

const http = openApi('keys');
const socket = asyncApi({ endpoint: 'https://abc.example/prod', auth: 'keys' });
const object = z.record(z.string(), z.unknown());

/** Every object in a document, with its place. */
function* objectsIn(value: unknown, place = '#'): Generator<[place: string, Record<string, unknown>]> {
  const parsed = z.union([z.array(z.unknown()), object]).safeParse(value);
  if (!parsed.success) return;
  if (!Array.isArray(parsed.data)) yield [place, parsed.data];
  for (const [name, part] of Object.entries(parsed.data)) yield* objectsIn(part, `${place}/${name}`);
}
const textsAt = (document: unknown, name: string) =>
  [...objectsIn(document)].flatMap(([, one]) => (typeof one[name] === 'string' ? [one[name]] : []));

describe.each([
  ['OpenAPI', http],
  ['AsyncAPI', socket],
])('the %s document', (_name, document) => {
  test('refers to what is in it, and has nothing in it that nobody refers to', () => {
    const resolve = (ref: string) =>
      ref
        .slice(2)
        .split('/')
        .reduce<unknown>((part, name) => object.parse(part)[name], document);
    const refs = textsAt(document, '$ref');
    for (const ref of refs) expect(resolve(ref), ref).toBeDefined();
    for (const name of Object.keys(document.components.schemas))
      expect(refs).toContain(`#/components/schemas/${name}`);
  });
});

test('every example of the OpenAPI document is what its schema says', () => {
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema({ $id: 'http', components: http.components });
  let examples = 0;
  for (const [place, { schema, example, examples: several }] of objectsIn(http.paths)) {
    if (schema === undefined) continue;
    const anchored = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"http#/'));
    const validate = ajv.compile(anchored);
    const values = [
      example,
      ...Object.values(object.parse(several ?? {})).map((one) => object.parse(one).value),
    ];
    for (const value of values.filter((one) => one !== undefined)) {
      examples++;
      expect([place, validate(value), validate.errors]).toEqual([place, true, null]);
    }
  }
  expect(examples).toBeGreaterThan(40);
});

test('every example of the AsyncAPI document is what its schema says', () => {
  const ajv = new Ajv({ strict: false });
  ajv.addSchema({ $id: 'socket', components: socket.components });
  for (const { payload, examples } of Object.values(socket.components.messages)) {
    const validate = ajv.compile({ $ref: `socket${payload.$ref}` });
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples)
      expect([example, validate(example.payload), validate.errors]).toEqual([example, true, null]);
  }
});

test('the OpenAPI document shows each code of the error table that HTTP can bring', () => {
  const codes = new Set(textsAt(http.paths, 'code'));
  // Who shows no key is refused by API Gateway, with 403.
  expect([...codes].sort()).toEqual(ERROR_CODES.filter((code) => code !== 'UNAUTHORIZED').sort());
});

test('a stage that is open asks for no key, and a local one is reached without TLS', () => {
  expect(openApi('open').security).toEqual([{}]);
  const local = asyncApi({ endpoint: 'http://127.0.0.1:3001', auth: 'open' }).servers.stage;
  expect(local).toMatchObject({ host: '127.0.0.1:3001', protocol: 'ws' });
  expect(local).not.toHaveProperty('security');
});

test('the page shows every call, message and code, runs nothing and loads nothing', () => {
  const page = specificationsPage(http, socket);
  for (const path of Object.keys(http.paths)) expect(page).toContain(` ${path}<`);
  for (const name of [...Object.keys(http.components.schemas), ...Object.keys(socket.components.schemas)])
    expect(page).toContain(`<h3>${name}</h3>`);
  for (const code of ERROR_CODES) expect(page).toContain(`id="error-${code}"`);
  expect(page).toContain('<code>wss://abc.example/prod</code>');
  expect(page).not.toMatch(/<script|style="|\son\w+=|undefined|\[object/);
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, target = ''] of page.matchAll(/(?:href|src)="([^"]*)"/g)) {
    if (target.startsWith('#')) expect(ids).toContain(target.slice(1));
    else expect(['data:,', 'openapi.json', 'asyncapi.json']).toContain(target);
  }
  expect(PAGE_POLICY).not.toContain('unsafe');
});
