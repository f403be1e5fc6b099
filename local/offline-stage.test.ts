import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { startAwsEndpoint } from './aws/endpoint.ts';
import { Children } from './children.ts';
import { freePorts } from './free-port.ts';
import { startOfflineStage } from './offline-stage.ts';

/** The embedded cloud, but that it refuses one kind of call. */
async function cloudThatRefuses(target: string): Promise<string> {
  const cloud = await startAwsEndpoint({ port: 0, launch: () => expect.fail('no machine is launched here') });
  const server = createServer((asked, answer) => {
    const { method, url, headers } = asked;
    if (headers['x-amz-target'] === target) {
      answer.writeHead(400).end(JSON.stringify({ __type: 'AccessDenied', message: 'refused here' }));
      return;
    }
    asked.pipe(
      request(new URL(url ?? '/', cloud.url), { method, headers }, (answered) => {
        answer.writeHead(answered.statusCode ?? 500, answered.headers);
        answered.pipe(answer);
      }),
    );
  }).listen(0, '127.0.0.1');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await cloud.stop();
  });
  await once(server, 'listening');
  return `http://127.0.0.1:${z.object({ port: z.int() }).parse(server.address()).port}`;
}

test('a stage that fails once its servers listen ends, and says why', async () => {
  const children = new Children();
  onTestFinished(() => children.kill());
  const ports = await freePorts({ HTTP_PORT: 0, WS_PORT: 0, LAMBDA_PORT: 0 });
  const env = {
    ...process.env,
    ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
    // Of the source of push-results, which is begun last.
    AWS_ENDPOINT_URL: await cloudThatRefuses('AmazonSQS.GetQueueUrl'),
    WEBSOCKET_ENDPOINT: `http://127.0.0.1:${ports.WS_PORT}`,
    ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
  };
  await expect(startOfflineStage(children, env, new PassThrough())).rejects.toThrow('refused here');
});
