import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { sqs } from './aws.ts';
import { encodeMessage, type JobMessage } from './jobs.ts';

/** The most that SQS takes in one call. */
const BATCH = 10;
/** Pauses before SQS is asked again to take what it refused of a batch, in ms; the SDK itself repeats only whole calls. */
const PAUSES_MS = [50, 200];

/**
 * Queues jobs, ten a call, all calls side by side.
 * @returns by id, why a job could not be queued though it was tried again
 */
export async function enqueue(queueUrl: string, jobs: readonly JobMessage[]): Promise<Map<string, unknown>> {
  const batches = Array.from({ length: Math.ceil(jobs.length / BATCH) }, (_, i) =>
    jobs.slice(i * BATCH, (i + 1) * BATCH),
  );
  const failed = await Promise.all(batches.map((batch) => sendPatiently(queueUrl, batch)));
  return new Map(failed.flatMap((some) => [...some]));
}

async function sendPatiently(queueUrl: string, batch: readonly JobMessage[]): Promise<Map<string, unknown>> {
  const failed = await send(queueUrl, batch);
  for (const pause of PAUSES_MS) {
    const again = batch.filter(({ requestId }) => failed.get(requestId) instanceof NotTakenError);
    if (again.length === 0) break;
    await sleep(pause * (0.5 + Math.random()));
    for (const { requestId } of again) failed.delete(requestId);
    for (const [id, cause] of await send(queueUrl, again)) failed.set(id, cause);
  }
  return failed;
}

async function send(queueUrl: string, batch: readonly JobMessage[]): Promise<Map<string, unknown>> {
  const Entries = batch.map((job) => ({
    Id: job.requestId,
    MessageBody: encodeMessage(job),
    MessageGroupId: job.tenant, // a fair queue: one tenant's flood does not starve another
  }));
  try {
    const { Failed = [] } = await sqs().send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    return new Map(
      Failed.map(({ Id = '', Code, Message, SenderFault }) => {
        const text = `${Code}: ${Message}`;
        return [Id, SenderFault ? new Error(text) : new NotTakenError(text)];
      }),
    );
  } catch (error) {
    return new Map(batch.map(({ requestId }) => [requestId, error]));
  }
}

/** SQS did not take an entry, by no fault of ours. */
class NotTakenError extends Error {
  override readonly name = 'NotTakenError';
}
