import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '../shared/config.ts';
import { ServiceError } from '../shared/errors.ts';
import { type HttpAnswer, httpHandler, json, numberIn, outcomeAnswer, retryAfter } from '../shared/http.ts';
import { log } from '../shared/log.ts';
import { lookUp } from '../shared/look-up.ts';
import { once } from '../shared/once.ts';
import { parseFields } from '../shared/parse-message.ts';
import { type OutcomeMessage, waitFields } from '../shared/protocol.ts';
import { deadlineOf, mayBeKnown } from '../shared/request-id.ts';
import { Results } from '../shared/results.ts';
import { within } from '../shared/within.ts';

const config = once(() => readConfig(['BUCKET', 'REQUEST_TIMEOUT_SECONDS', 'HELD_GETS']));
/** Time between two looks into the bucket, in ms: short at first, for a warm worker answers in tens of ms. */
const POLL_MS = { first: 25, growth: 1.5, most: 1000 };

/** For the last look, begun when the wait is over: the function has 29 s. */
const LAST_LOOK_MS = 3_000;

let held = 0;

/** `GET /requests/{id}`: the outcome; waits for it where that is asked for, and sends the client round again. */
export const handler = httpHandler(async ({ path, query, tenant }) => {
  const { waitSeconds } = parseFields(waitFields, { waitSeconds: numberIn(query.waitSeconds) });
  const requestId = path.id ?? '';
  const find = () =>
    lookUp(new Results(config().BUCKET), requestId, tenant, config().REQUEST_TIMEOUT_SECONDS);
  const answer = await answerFor(requestId, waitSeconds, find);
  log.info('await-result', { requestId, tenant, waitSeconds, status: answer.statusCode });
  return answer;
});

async function answerFor(requestId: string, waitSeconds: number, find: Find): Promise<HttpAnswer> {
  if (!mayBeKnown(requestId, Date.now())) throw new ServiceError('UNKNOWN_REQUEST');
  const mayWait = waitSeconds > 0 && held < config().HELD_GETS;
  const outcome = await (mayWait ? hold(requestId, waitSeconds * 1000, find) : find());
  if (outcome) return outcomeAnswer(outcome);
  const pending = { requestId, status: 'pending' };
  if (mayWait) return json(303, pending, { location: `${requestId}?waitSeconds=${waitSeconds}` });
  return json(202, pending, retryAfter(1000));
}

type Find = () => Promise<OutcomeMessage | undefined>;

/**
 * Looks for the outcome until it is there or the wait is over; at the deadline it always is there. That the bucket fails
 * for a moment is no outcome: it is looked for again.
 */
async function hold(requestId: string, waitMs: number, find: Find): Promise<OutcomeMessage | undefined> {
  const deadline = deadlineOf(requestId, config().REQUEST_TIMEOUT_SECONDS);
  const until = Math.min(Date.now() + waitMs, deadline);
  const look = async () => {
    try {
      return await within(Math.max(0, until - Date.now()) + LAST_LOOK_MS, find());
    } catch (error) {
      if (error instanceof ServiceError || Date.now() >= deadline) throw error;
      log.warn('outcome not looked up', { requestId, error });
      return undefined;
    }
  };
  held++;
  try {
    for (let pause = 0; ; pause = Math.min(Math.max(pause * POLL_MS.growth, POLL_MS.first), POLL_MS.most)) {
      const left = until - Date.now();
      await sleep(Math.max(0, Math.min(pause, left)));
      const outcome = await look();
      if (outcome || left <= pause) return outcome;
    }
  } finally {
    held--;
  }
}
