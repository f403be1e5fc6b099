import { once } from 'node:events';
import { createServer } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { startAwsEndpoint } from './aws/endpoint.ts';
import { Children } from './children.ts';
import { freePorts } from './free-port.ts';
import { startOfflineStage } from './offline-stage.ts';

test('a stage that cannot start, for one of its ports is taken, ends and says so', async () => {
  const children = new Children();
  onTestFinished(() => children.kill());
  const cloud = await startAwsEndpoint({ port: 0, launch: () => expect.fail('no machine is launched here') });
  onTestFinished(() => cloud.stop());
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const { port } = z.object({ port: z.int() }).parse(taken.address());
  const free = await freePorts({ HTTP_PORT: 0, LAMBDA_PORT: 0 });
  const env = {
    ...process.env,
    ...{ HTTP_PORT: String(free.HTTP_PORT), LAMBDA_PORT: String(free.LAMBDA_PORT), WS_PORT: String(port) },
    ...{
      AWS_ENDPOINT_URL: cloud.url,
      AWS_REGION: 'us-east-1',
      WEBSOCKET_ENDPOINT: `http://127.0.0.1:${port}`,
    },
    ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
  };
  await expect(startOfflineStage(children, env, new PassThrough())).rejects.toThrow(/EADDRINUSE/);
});
