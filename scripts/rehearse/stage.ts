import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { resultMessage } from '../../shared/protocol.ts';
import type { Stack } from '../deploy/stack.ts';
import { STAGE } from './sls.ts';
import { RehearsalError } from './socket.ts';

const POLL_MS = 250;
/** Of the sample photo. */
export const LABEL = 'Labrador retriever';

/** The deployed stage, as its clients and its operator reach it. */
export interface Stage {
  readonly http: string;
  readonly ws: string;
  readonly key: string;
  /** Whose key it is. */
  readonly tenant: string;
  readonly stack: Stack;
  readonly sqs: SQSClient;
  readonly photo: Buffer;
  /** Where workers may fetch it. */
  readonly imageUrl: string;
  /** Where they get it only once it is let go. */
  readonly heldImageUrl: string;
  releaseImage(): void;
}

/** Where MiniStack serves the deployed APIs: what `sls` prints are AWS's names for them. */
export function dataPlane(endpoint: string, stack: Stack): Pick<Stage, 'http' | 'ws'> {
  const at = (api: string, stage: string) => `${endpoint}/_aws/execute-api/${api}/${stage}`;
  return {
    http: at(stack.id('HttpApi'), '$default'),
    ws: at(stack.id('WebsocketsApi'), STAGE).replace(/^http/, 'ws'),
  };
}

/** Has the load balancer begin a minute now, as its schedule would at the next one. */
export async function tickNow(): Promise<void> {
  const lambda = new LambdaClient({});
  const FunctionName = `classifycloud-${STAGE}-tick`;
  await lambda
    .send(new InvokeCommand({ FunctionName, InvocationType: 'Event' }))
    .finally(() => lambda.destroy());
}

const health = z.object({ workers: z.object({ ready: z.int().nullable() }) });

/** How many workers GET /health tells of that are ready; null while it does not know. */
export async function readyWorkers({ http }: Pick<Stage, 'http'>): Promise<number | null> {
  const response = await fetch(`${http}/health`);
  return response.ok ? health.parse(await response.json()).workers.ready : null;
}

/** Waits for a condition. @throws {RehearsalError} naming what did not come in `timeoutMs` */
export async function until(what: string, timeoutMs: number, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > deadline)
      throw new RehearsalError(`${what} did not come in ${timeoutMs / 1000} s`);
    await sleep(POLL_MS);
  }
}

/** Ends the rehearsal where something is not as it has to be. */
export function expectThat(so: boolean, otherwise: string): asserts so {
  if (!so) throw new RehearsalError(otherwise);
}

/** Waits for the outcome of a request, as a client that follows redirects does. */
export async function expectLabel(url: string, { key }: Pick<Stage, 'key'>): Promise<void> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
  const body = await response.text();
  expectThat(response.status === 200, `the GET was answered ${response.status}: ${body}`);
  const { labels } = resultMessage.parse(JSON.parse(body));
  expectThat(labels[0]?.label === LABEL, `the GET got ${labels[0]?.label}`);
}

/** Messages that wait in a queue. */
export async function depthOf(sqs: Stage['sqs'], QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  return Number(Attributes.ApproximateNumberOfMessages);
}
