import { expect, test } from 'vitest';
import { jsonLines, startCommand, watchCommand } from '../harness/command-line.ts';
import { ended, startService } from '../harness/service.ts';
import { until } from '../harness/until.ts';
import { useService } from '../harness/use-service.ts';

const SETTINGS = { ENGINE: 'echo', ECHO_MS: '100', MAX_WORKERS: '1' };
const on = useService(SETTINGS);

test('a run outlives a service that is killed and started anew: each image once, and a word about it', async () => {
  const images = Array.from({ length: 30 }, (_, n) => on.images.url(`/${n}.jpg`));
  const { http, ws, aws, launcher } = on.service;
  const command = startCommand(['classify', '--json', ...images, '--ws', ws, '--http', http]);
  const watched = watchCommand(command);
  await until(() => jsonLines(watched.out).length >= 5, 20_000);
  await ended(launcher, 'SIGKILL');
  const [HTTP_PORT, WS_PORT, AWS_PORT] = [http, ws, aws].map((url) => new URL(url).port);
  const ports = { HTTP_PORT, WS_PORT, AWS_PORT };
  const service = await startService({ ...SETTINGS, ALLOWED_PRIVATE_HOSTS: on.images.host, ...ports });
  try {
    expect(await watched.ended).toBe(0);
  } finally {
    await service.stop();
  }
  const outcomes = jsonLines(watched.out);
  expect(outcomes).toEqual(images.map(() => expect.objectContaining({ type: 'result' })));
  for (const image of images) expect(outcomes).toContainEqual(expect.objectContaining({ image }));
  expect(watched.err).toMatch(
    /^The connection is lost. Trying again; nothing is lost.*\nConnected again\.\n/,
  );
  // Where the service is away for long, an image that it had accepted is sent anew only when its deadline is over.
}, 240_000);
