import { describe, expect, test } from 'vitest';
import { errorMessage, problemBody, resultMessage } from '../../shared/protocol.ts';
import { Client } from '../harness/client.ts';
import { useService } from '../harness/use-service.ts';

const on = useService({});
const sample = () => `${on.service.http}/samples/labrador.jpg`;

/** The result over the WebSocket. */
async function pushed(fields: object) {
  const client = await Client.connect(on.service.ws);
  client.send({ action: 'classify', imageUrl: sample(), ...fields });
  const [result] = await client.wait('result');
  client.close();
  return resultMessage.parse(result);
}
/** The same over HTTP. */
async function fetched(query: Record<string, string>) {
  const search = new URLSearchParams({ imageUrl: sample(), ...query });
  return resultMessage.parse(await (await fetch(`${on.service.http}/classify?${search}`)).json());
}
/** What is the same whenever it is asked. */
const lasting = ({ model, labels, colors, image }: Awaited<ReturnType<typeof pushed>>) => ({
  ...{ model, labels, colors, image },
});

test('nothing is told that was not asked for', async () => {
  const result = await pushed({ parents: false, colors: false });
  expect(Object.keys(result).sort()).toEqual(['imageUrl', 'labels', 'model', 'requestId', 'timings', 'type']);
  expect(Object.keys(result.labels[0] ?? {})).toEqual(['label', 'index', 'confidence']);
});

test('parents, category, colours and image facts come over both interfaces', async () => {
  const result = await pushed({ topK: 2, parents: true, colors: true, image: true });
  const [best] = result.labels;
  expect(best).toMatchObject({ label: 'Labrador retriever', category: 'dog' });
  expect(best?.parents?.[0]).toBe('retriever');
  expect(best?.parents).toContain('dog');
  expect(best?.parents?.at(-1)).toBe('animal');
  expect(result.image).toEqual({ width: 1387, height: 1387, format: 'jpeg', bytes: 385_750 });
  const shares = result.colors?.map(({ share }) => share) ?? [];
  expect(shares.length).toBeGreaterThan(2);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1);
  expect(result.colors?.map(({ name }) => name)).toContain('dark brown');
  const query = { topK: '2', parents: 'true', colors: 'true', image: 'true' };
  expect(lasting(await fetched(query))).toEqual(lasting(result));
});

test('labels are filtered before the best are taken', async () => {
  const { labels } = await pushed({ topK: 3, includeLabels: ['Terrier'], parents: true });
  expect(labels).toHaveLength(3);
  for (const { parents } of labels) expect(parents).toContain('terrier');
  expect(lasting(await fetched({ topK: '3', includeLabels: 'Terrier', parents: 'true' })).labels).toEqual(
    labels,
  );

  const others = await fetched({ excludeLabels: 'retriever,kuvasz', includeCategories: 'dog,cat' });
  expect(others.labels).toHaveLength(5);
  for (const { label } of others.labels) expect(label).not.toMatch(/retriever|kuvasz/);
});

test('an option that is wrong is refused by name, over both interfaces', async () => {
  const client = await Client.connect(on.service.ws);
  const wrong = { action: 'classify', imageUrl: sample(), clientRef: 'a', includeLabels: ['ok', ''] };
  client.send(JSON.stringify(wrong));
  const [error] = await client.wait('error');
  client.close();
  expect(errorMessage.parse(error)).toMatchObject({
    clientRef: 'a',
    error: { code: 'INVALID_MESSAGE', message: expect.stringMatching(/^includeLabels\.1: /) },
  });
  const answer = await fetch(`${on.service.http}/classify?imageUrl=${sample()}&includeCategories=dogs`);
  expect(answer.status).toBe(400);
  expect(problemBody.parse(await answer.json()).detail).toMatch(/^includeCategories\.0: .*"dog"/);
});

describe('with a second model,', () => {
  const echo = useService({ ENGINE: 'echo', MAX_WORKERS: '1' });

  test('moderation comes over both interfaces, of all its classes, and nothing of it unasked', async () => {
    const { http, ws } = echo.service;
    const imageUrl = echo.images.url('/moderated.jpg');
    const client = await Client.connect(ws);
    client.send({ action: 'classify', imageUrl, clientRef: 'asked', moderation: true, topK: 1 });
    client.send({ action: 'classify', imageUrl, clientRef: 'unasked' });
    const results = await client.wait('result', 2);
    client.close();
    const [asked, unasked] = ['asked', 'unasked'].map((ref) =>
      results.find(({ clientRef }) => clientRef === ref),
    );
    expect(unasked).not.toHaveProperty('moderation');
    expect(asked?.labels).toHaveLength(1);
    expect(asked).toMatchObject({
      model: { name: 'inception-v3' },
      moderation: { model: { name: 'nsfw-inception-v3' } },
    });
    expect(asked?.moderation?.labels).toHaveLength(5);
    const answer = await fetch(`${http}/classify?imageUrl=${imageUrl}&moderation=true`);
    expect(resultMessage.parse(await answer.json()).moderation).toEqual(asked?.moderation);
  });
});
