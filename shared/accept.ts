import { admitBrought } from './admit-brought.ts';
import { readConfig } from './config.ts';
import { enqueue } from './enqueue.ts';
import { estimate } from './estimate.ts';
import { type FleetState, freshFleetState } from './fleet-state.ts';
import { type Caller, jobFor } from './job-for.ts';
import type { JobMessage } from './jobs.ts';
import { log } from './log.ts';
import { once } from './once.ts';
import { Admission } from './overload.ts';
import type { AcceptedMessage, ClassifyFields, OutcomeMessage } from './protocol.ts';
import { refusal } from './refusal.ts';
import { deadlineOf } from './request-id.ts';
import { Results } from './results.ts';

const config = once(() => {
  const names = ['BUCKET', 'REQUEST_QUEUE_URL', 'REQUEST_TIMEOUT_SECONDS'] as const;
  const settings = readConfig([...names, 'ALLOWED_PORTS', 'ALLOWED_PRIVATE_HOSTS']);
  const {
    BUCKET: bucket,
    ALLOWED_PORTS: allowedPorts,
    ALLOWED_PRIVATE_HOSTS: allowedPrivateHosts,
  } = settings;
  return { ...settings, bucket, urlRules: { allowedPorts, allowedPrivateHosts } };
});
const admission = new Admission();

export type Answer = AcceptedMessage | OutcomeMessage;
const isAnswer = (one: Answer | JobMessage): one is Answer => 'type' in one;

/**
 * Accepts what a client asks for: checks each URL, queues a job for each that passes, and answers each in the order
 * asked: `accepted`, an `error`, or, where a brought id is done already, its stored outcome. Of those that pass all are
 * queued, or none, where there is more to do than there is time for.
 */
export async function accept(fields: ClassifyFields, caller: Caller): Promise<Answer[]> {
  const urls = fields.imageUrls ?? [fields.imageUrl];
  const [state, checked] = await Promise.all([
    lastState(),
    Promise.all(
      urls.map((imageUrl) =>
        jobFor(imageUrl, fields, caller, config()).catch((error: unknown) =>
          refusal(error, fields, imageUrl),
        ),
      ),
    ),
  ]);
  const jobs = checked.flatMap((one) => (isAnswer(one) ? [] : [one]));
  try {
    const done = await admit(jobs, fields, caller, state);
    if (done) return [{ ...done, clientRef: fields.clientRef }];
  } catch (error) {
    return checked.map((one) => (isAnswer(one) ? one : refusal(error, fields, one.imageUrl)));
  }
  const failed = await enqueue(config().REQUEST_QUEUE_URL, jobs);
  let queuedBefore = 0;
  return checked.map((one) => {
    if (isAnswer(one)) return one;
    const { requestId, imageUrl, clientRef } = one;
    const cause = failed.get(requestId);
    if (cause !== undefined) return refusal(cause, { ...fields, requestId }, imageUrl);
    const { position, etaMs } = estimate(state, queuedBefore++);
    const identity = { requestId, ...(clientRef !== undefined && { clientRef }), imageUrl };
    return { type: 'accepted', ...identity, position, etaMs };
  });
}

const lastState = (): Promise<FleetState | undefined> =>
  freshFleetState(config().bucket).catch((error: unknown) => {
    log.warn('fleet state unreadable', { error });
    return undefined;
  });

/**
 * Lets the jobs of one message pass, all of them.
 * @returns the stored outcome, where the id of the one was brought and is done already
 * @throws ServiceError `OVERLOADED`, or `CONFLICT` where a brought id is another request's
 */
async function admit(
  jobs: readonly JobMessage[],
  { requestId: brought }: ClassifyFields,
  { tenant }: Caller,
  state: FleetState | undefined,
): Promise<OutcomeMessage | undefined> {
  const [first] = jobs;
  if (first === undefined) return undefined;
  const now = Date.now();
  const leftMs = deadlineOf(first.requestId, config().REQUEST_TIMEOUT_SECONDS) - now;
  const pass = () => admission.admit(state, { tenant, jobs: jobs.length, leftMs, now });
  if (brought !== undefined) return admitBrought(first, new Results(config().bucket), pass);
  pass();
  return undefined;
}
