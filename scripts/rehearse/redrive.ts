import { fileURLToPath } from 'node:url';
import {
  ChangeMessageVisibilityCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { digestOf, type JobMessage, MESSAGE_VERSION } from '../../shared/jobs.ts';
import { DEFAULT_MODEL } from '../../shared/protocol.ts';
import { newRequestId } from '../../shared/request-id.ts';
import { runCommand } from '../run-command.ts';
import { STAGE } from './sls.ts';
import { depthOf, expectLabel, expectThat, type Stage } from './stage.ts';

/** More often than any queue hands a message out. */
const RECEIVES = 12;

/** A request that nobody finishes goes to the dead letters by itself. Before there are workers to take it. */
export async function requestBecomesDeadLetter({ sqs, stack, tenant, imageUrl }: Stage): Promise<void> {
  const [QueueUrl, dead] = [stack.id('RequestQueue'), stack.id('RequestDeadLetters')];
  const ask = { imageUrl, model: DEFAULT_MODEL, topK: 1, minConfidence: 0 };
  const digest = digestOf(ask, tenant);
  const requestId = newRequestId(tenant, digest);
  const job: JobMessage = { v: MESSAGE_VERSION, requestId, ...ask, tenant, digest };
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(job) }));
  for (let receives = 0; ; receives++) {
    const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    if (message === undefined) break;
    expectThat(
      receives < RECEIVES,
      `a message was received ${RECEIVES} times, and not moved to the dead letters`,
    );
    const { ReceiptHandle } = message;
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  }
  expectThat(
    (await depthOf(sqs, dead)) === 1,
    'a request that nobody finished is not among the dead letters',
  );
}

const redriven = z.object({ redriven: z.string(), requestId: z.string() });

/** `npm run dead-letters -- redrive`: the request is submitted anew, and answered. */
export async function deadLetterIsRedriven(stage: Stage): Promise<void> {
  const { sqs, stack, http, key } = stage;
  const program = fileURLToPath(new URL('../dead-letters.ts', import.meta.url));
  const args = ['--import', 'tsx', program, 'redrive', '--all', '--json', '--stage', STAGE];
  const { requestId } = redriven.parse(JSON.parse(await runCommand(process.execPath, args, {})));
  expectThat(
    (await depthOf(sqs, stack.id('RequestDeadLetters'))) === 0,
    'a redriven dead letter is still there',
  );
  await expectLabel(`${http}/requests/${requestId}?waitSeconds=25`, { key });
}
