import { type Answer, accept } from '../shared/accept.ts';
import { optionsInQuery } from '../shared/answers.ts';
import { countAnswers, traceOf } from '../shared/count-answers.ts';
import { ERRORS, type ErrorBody } from '../shared/errors.ts';
import {
  type HttpAnswer,
  httpHandler,
  json,
  numberIn,
  outcomeAnswer,
  retryAfter,
  type TenantRequest,
} from '../shared/http.ts';
import { log } from '../shared/log.ts';
import { parseFields, parseJsonObject } from '../shared/parse-message.ts';
import { classifyFields } from '../shared/protocol.ts';

/** Longest that one call is held, in s: an HTTP API call ends at 30 s. */
const HOLD_SECONDS = 25;

/** `GET /classify` and `POST /requests`: accept work and say where its outcome will be. */
export const handler = httpHandler(async (request) => {
  const { method, tenant } = request;
  const { answers, reply } = await (method === 'GET' ? classify(request) : submit(request));
  const status = reply.statusCode;
  log.counted('submit', { method, tenant, status, answers: traceOf(answers) }, countAnswers(answers));
  return reply;
});

interface Submitted {
  answers: Answer[];
  reply: HttpAnswer;
}

/** A GET that a client follows to the result: 303 to the request, which is held there. */
async function classify({ query, tenant }: TenantRequest): Promise<Submitted> {
  const { imageUrl, model } = query;
  const fields = parseFields(classifyFields, {
    imageUrl,
    model,
    topK: numberIn(query.topK),
    minConfidence: numberIn(query.minConfidence),
    ...optionsInQuery(query),
  });
  const answers = await accept(fields, { tenant });
  const [answer] = answers;
  if (answer?.type !== 'accepted') return { answers, reply: refused(answer) };
  const location = `requests/${answer.requestId}?waitSeconds=${HOLD_SECONDS}`;
  return { answers, reply: json(303, answer, { location }) };
}

async function submit({ body, tenant }: TenantRequest): Promise<Submitted> {
  const fields = parseFields(classifyFields, parseJsonObject(body));
  const answers = await accept(fields, { tenant });
  if (fields.imageUrls) return { answers, reply: batchAnswer(answers) };
  const [answer] = answers;
  if (answer?.type !== 'accepted') return { answers, reply: refused(answer) };
  return { answers, reply: json(202, answer, { location: `requests/${answer.requestId}` }) };
}

/** 202 and an answer for each image; where the whole batch was refused, for there is too much to do, 503. */
function batchAnswer(requests: Answer[]): HttpAnswer {
  const overload = requests.map((one) => (one.type === 'error' ? one.error : undefined)).find(isOverload);
  if (!overload) return json(202, { requests });
  return json(ERRORS.OVERLOADED.status, { requests }, retryAfter(overload.retryAfterMs ?? 1000));
}
const isOverload = (error: ErrorBody | undefined) => error?.code === 'OVERLOADED';

/** A single image that was not queued: an error, or the outcome of an id that was done already. */
function refused(answer: Answer | undefined): HttpAnswer {
  if (answer === undefined || answer.type === 'accepted') throw new Error('one image, no answer');
  return outcomeAnswer(answer);
}
