import { expect, it } from 'vitest';
import { fitFunctions } from './fit-functions.ts';
import { parseService } from './service.ts';

const serviceWith = (environment: Record<string, unknown>) => ({
  service: {
    provider: { environment: { STAGE: 'local' } },
    functions: { classify: { environment } },
    custom: { 'serverless-offline': {} },
    resources: { Resources: {} },
  },
});
const fitted = (serverless: ReturnType<typeof serviceWith>) =>
  fitFunctions(serverless, parseService(serverless), (id) => `${id}-made`);

it('gives functions an environment of strings, as Lambda does, without what has no value', () => {
  const serverless = serviceWith({
    SECONDS: 120,
    ON: true,
    QUEUE: { Ref: 'Queue' },
    UNSET: { Ref: 'AWS::NoValue' },
  });
  fitted(serverless);
  expect(serverless.service.functions.classify.environment).toEqual({
    SECONDS: '120',
    ON: 'true',
    QUEUE: 'Queue-made',
  });
});

it('refuses an environment that Lambda would not have', () => {
  expect(() => fitted(serviceWith({ LIST: ['a'] }))).toThrow();
});
