import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { ServiceError } from './errors.ts';
import { openHttpHandler } from './http.ts';

const lines: string[] = [];
beforeAll(() => {
  process.env.LOG_LEVEL = 'info';
  process.env.STAGE = 'prod';
});
beforeEach(() => {
  lines.length = 0;
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
});

/** Calls a handler that fails so, and gives its status and what its log counts. */
async function failing(route: string, error: Error) {
  const handler = openHttpHandler(() => Promise.reject(error));
  const [method] = route.split(' ');
  const { statusCode } = await handler({ routeKey: route, requestContext: { http: { method } } });
  const logged = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'http call refused');
  expect(logged).toHaveLength(1);
  const { Answered, Errors_INVALID_MESSAGE, Errors_UNKNOWN_REQUEST, Errors_INTERNAL } = logged[0];
  return { statusCode, Answered, Errors_INVALID_MESSAGE, Errors_UNKNOWN_REQUEST, Errors_INTERNAL };
}

test('a request that is refused at the door is counted as answered', async () => {
  for (const route of ['GET /classify', 'POST /requests']) {
    lines.length = 0;
    expect(await failing(route, new ServiceError('INVALID_MESSAGE'))).toEqual({
      ...{ statusCode: 400, Answered: 1, Errors_INVALID_MESSAGE: 1 },
    });
  }
});

test('a look for a request that is unknown, or an upload that is refused, is no request’s end', async () => {
  expect(await failing('GET /requests/{id}', new ServiceError('UNKNOWN_REQUEST'))).toEqual({
    statusCode: 404,
  });
  lines.length = 0;
  expect(await failing('POST /uploads', new ServiceError('INVALID_MESSAGE'))).toEqual({ statusCode: 400 });
});

test('a failure of ours is counted whatever was asked for', async () => {
  const counted = { statusCode: 500, Answered: 1, Errors_INTERNAL: 1 };
  expect(await failing('GET /requests/{id}', new Error('the bucket is away'))).toEqual(counted);
});
