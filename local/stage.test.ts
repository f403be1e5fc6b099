import { expect, it } from 'vitest';
import { stageEnvironment } from './stage.ts';

it('its programs run with the settings that it was given, and nothing of the user’s AWS account', () => {
  const ports = { HTTP_PORT: 3000, WS_PORT: 3001, LAMBDA_PORT: 3002 };
  const aws = 'http://127.0.0.1:4566';
  const places = { aws, push: 'http://127.0.0.1:3001', home: '/home', sample: '/sample', catalogue: '{}' };
  const given = { REQUEST_TIMEOUT_SECONDS: '300', CACHE_MB: '0', LOG_LEVEL: 'error', MAX_WORKERS: '7' };
  const env = stageEnvironment(
    { ...given, AWS_PROFILE: 'mine', AWS_ENDPOINT_URL_SQS: 'there' },
    ports,
    places,
  );
  expect(env).toMatchObject({ ...given, AWS_ENDPOINT_URL: aws, AWS_ACCESS_KEY_ID: 'local' });
  expect(Object.keys(env)).not.toEqual(expect.arrayContaining([expect.stringMatching(/PROFILE|URL_SQS/)]));
});
