import { expect, test } from 'vitest';
import { ConfigError, readConfig, SETTINGS, type SettingName } from './config.ts';

test('defaults hold where nothing is set, and an empty variable counts as unset', () => {
  const config = readConfig(['MIN_WORKERS', 'MAX_WORKERS', 'ALLOWED_PORTS', 'ENGINE'], { MIN_WORKERS: '' });
  expect(config).toEqual({ MIN_WORKERS: 1, MAX_WORKERS: 19, ALLOWED_PORTS: [80, 443], ENGINE: 'auto' });
});

test('lists are read with their blanks and empty parts left out', () => {
  const env = { ALLOWED_PORTS: '80, 8080,', ALLOWED_PRIVATE_HOSTS: ' 127.0.0.1:9000 ,[::1]:80' };
  expect(readConfig(['ALLOWED_PORTS', 'ALLOWED_PRIVATE_HOSTS'], env)).toEqual({
    ALLOWED_PORTS: [80, 8080],
    ALLOWED_PRIVATE_HOSTS: ['127.0.0.1:9000', '[::1]:80'],
  });
});

test('every problem is told at once, with the names of the settings', () => {
  const env = {
    MIN_WORKERS: '9',
    MAX_WORKERS: '2',
    ALLOWED_PORTS: '80,99999',
    ALLOWED_PRIVATE_HOSTS: 'a.test',
  };
  const read = () =>
    readConfig(['BUCKET', 'MIN_WORKERS', 'MAX_WORKERS', 'ALLOWED_PORTS', 'ALLOWED_PRIVATE_HOSTS'], env);
  expect(read).toThrow(ConfigError);
  for (const part of [
    'BUCKET is not set',
    'MIN_WORKERS=9 is more than MAX_WORKERS=2',
    'ALLOWED_PORTS=80,99999',
    'ALLOWED_PRIVATE_HOSTS=a.test',
  ])
    expect(read).toThrow(part);
});

test.each([
  [{ MIN_WORKERS: '3', MAX_WORKERS: '2' }, 'MIN_WORKERS=3 is more than MAX_WORKERS=2'],
  [{ WARM_POOL_SIZE: '3', MAX_WORKERS: '2' }, 'WARM_POOL_SIZE=3 is more than could ever run'],
  [{ WARM_POOL_SIZE: '1', WORKER_MARKET: 'spot' }, 'WORKER_MARKET=spot has none'],
  [{ HEARTBEAT_SECONDS: '5', VISIBILITY_SECONDS: '10' }, 'do not fit into VISIBILITY_SECONDS=10'],
  [{ MAX_LIFETIME_SECONDS: '500', BOOT_DEADLINE_SECONDS: '600' }, 'is over before a worker has to be ready'],
])('%j contradict each other', (env, problem) => {
  const names = Object.keys(env) as SettingName[];
  expect(() => readConfig(names, env)).toThrow(problem);
  const first = Object.fromEntries(Object.entries(env).slice(0, 1));
  expect(() => readConfig(names, first)).not.toThrow();
});

test('the echo engine is refused on a real stage', () => {
  expect(() => readConfig(['ENGINE', 'STAGE'], { ENGINE: 'echo', STAGE: 'prod' })).toThrow(
    'stage prod refuses it',
  );
  expect(readConfig(['ENGINE', 'STAGE'], { ENGINE: 'echo', STAGE: 'local' }).ENGINE).toBe('echo');
});

test('int8 is refused with TensorFlow.js, and each alone is fine', () => {
  expect(() => readConfig(['ENGINE', 'PRECISION'], { ENGINE: 'tfjs', PRECISION: 'int8' })).toThrow(
    'fp32 only',
  );
  expect(readConfig(['ENGINE', 'PRECISION'], { ENGINE: 'tfjs' })).toEqual({ ENGINE: 'tfjs' });
  expect(readConfig(['ENGINE', 'PRECISION'], { PRECISION: 'int8' }).PRECISION).toBe('int8');
});

test('every setting says what it does', () => {
  for (const name of Object.keys(SETTINGS) as SettingName[])
    expect(SETTINGS[name].description, name).toBeTruthy();
});
