import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { readConfig } from '../shared/config.ts';
import { type HttpAnswer, httpHandler, json, outcomeAnswer, retryAfter } from '../shared/http.ts';
import { log } from '../shared/log.ts';
import { lookUp } from '../shared/look-up.ts';
import { once } from '../shared/once.ts';
import { type OutcomeMessage, parseFields } from '../shared/protocol.ts';
import { deadlineOf } from '../shared/request-id.ts';
import { Results } from '../shared/results.ts';

const config = once(() => readConfig(['BUCKET', 'REQUEST_TIMEOUT_SECONDS', 'HELD_GETS']));
const waitFields = z.object({ waitSeconds: z.coerce.number().min(0).max(25).default(0) });
/** Time between two looks into the bucket, in ms: short at first, for a warm worker answers in tens of ms. */
const POLL_MS = { first: 25, growth: 1.5, most: 1000 };

let held = 0;

/** `GET /requests/{id}`: the outcome; waits for it where that is asked for, and sends the client round again. */
export const handler = httpHandler(async ({ path, query, tenant }) => {
  const { waitSeconds } = parseFields(waitFields, query);
  const requestId = path.id ?? '';
  const find = () =>
    lookUp(new Results(config().BUCKET), requestId, tenant, config().REQUEST_TIMEOUT_SECONDS);
  const answer = await answerFor(requestId, waitSeconds, find);
  log.info('await-result', { requestId, tenant, waitSeconds, status: answer.statusCode });
  return answer;
});

async function answerFor(
  requestId: string,
  waitSeconds: number,
  find: () => Promise<OutcomeMessage | undefined>,
): Promise<HttpAnswer> {
  const stored = await find();
  if (stored) return outcomeAnswer(stored);
  const pending = { requestId, status: 'pending' };
  if (waitSeconds === 0 || held >= config().HELD_GETS) return json(202, pending, retryAfter(1000));
  const outcome = await hold(requestId, waitSeconds * 1000, find);
  if (outcome) return outcomeAnswer(outcome);
  return json(303, pending, { location: `${requestId}?waitSeconds=${waitSeconds}` });
}

/** Looks for the outcome until it is there or the wait is over; at the deadline it always is there. */
async function hold(requestId: string, waitMs: number, find: () => Promise<OutcomeMessage | undefined>) {
  const until = Math.min(Date.now() + waitMs, deadlineOf(requestId, config().REQUEST_TIMEOUT_SECONDS));
  held++;
  try {
    for (let pause = POLL_MS.first; ; pause = Math.min(pause * POLL_MS.growth, POLL_MS.most)) {
      const left = until - Date.now();
      await sleep(Math.max(0, Math.min(pause, left)));
      const outcome = await find();
      if (outcome || left <= pause) return outcome;
    }
  } finally {
    held--;
  }
}
