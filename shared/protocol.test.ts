import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ServiceError } from './errors.ts';
import { identityIn, parseFields, parseJsonObject } from './parse-message.ts';
import { classifyFields, resumeFields } from './protocol.ts';

test('defaults: 5 labels, any confidence, the stage’s own model', () => {
  expect(parseFields(classifyFields, { imageUrl: 'http://a.test/' })).toEqual({
    imageUrl: 'http://a.test/',
    topK: 5,
    minConfidence: 0,
  });
});

test.each([
  [{ imageUrl: 'a', topK: 1.5 }, 'topK'],
  [{ imageUrl: 'a', topK: '5' }, 'topK'],
  [{ imageUrl: 'a', minConfidence: -0.1 }, 'minConfidence'],
  [{ imageUrl: 'a', clientRef: 1 }, 'clientRef'],
  [{ imageUrl: 'a', model: '' }, 'model'],
  [{ imageUrl: 1 }, 'imageUrl'],
  [{}, 'imageUrl'],
  [{ imageUrls: 'a' }, 'imageUrls'],
])('the message names the field that is wrong: %j', (fields, name) => {
  expect(() => parseFields(classifyFields, fields)).toThrow(new RegExp(`^${name}: `));
});

test('whatever comes is parsed or refused as INVALID_MESSAGE, never anything else', () => {
  const anything = fc.oneof(
    fc.json(),
    fc.string(),
    fc.string().map((text) => `{"imageUrl":${JSON.stringify(text)}}`),
  );
  fc.assert(
    fc.property(anything, (text) => {
      identityIn(text);
      for (const schema of [classifyFields, resumeFields]) {
        try {
          parseFields<unknown>(schema, parseJsonObject(text));
        } catch (error) {
          expect(error).toBeInstanceOf(ServiceError);
          expect(error).toMatchObject({ code: 'INVALID_MESSAGE' });
        }
      }
    }),
    { numRuns: 2000 },
  );
});

test('a message that is refused is told from others by what it said of itself', () => {
  expect(identityIn('{"clientRef":"mine","requestId":7}')).toEqual({
    clientRef: 'mine',
    requestId: undefined,
  });
  expect(identityIn('no JSON')).toEqual({});
});
