import type { ServerResponse } from 'node:http';
import { AwsError } from '../aws-error.ts';
import { onHangUp } from '../hang-up.ts';
import { type Reply, writeReply } from '../http-reply.ts';
import { SqsError } from './errors.ts';
import { type Call, operations } from './operations.ts';
import { Queues } from './queues.ts';

const JSON_HEADERS = { 'content-type': 'application/x-amz-json-1.0' };
const TARGET_PREFIX = 'AmazonSQS.';

/** SQS over AWS JSON 1.0. */
export class SqsService {
  #queues = new Queues();

  /**
   * Answers one request.
   * @param target the header `x-amz-target`, which names the operation
   * @param baseUrl what the client calls this endpoint
   */
  async handle(target: string, body: Buffer, baseUrl: string, response: ServerResponse): Promise<void> {
    const hangUp = new AbortController();
    let undo: (() => void) | undefined;
    onHangUp(response, () => {
      hangUp.abort();
      undo?.();
    });
    const onUndelivered = (run: () => void) => {
      undo = run;
    };
    const call = { queues: this.#queues, baseUrl, hungUp: hangUp.signal, onUndelivered };
    const reply = await this.#answer(target, body, call);
    if (hangUp.signal.aborted) undo?.();
    else writeReply(response, reply);
  }

  stop(): void {
    for (const queue of this.#queues.all()) queue.close();
  }

  async #answer(target: string, body: Buffer, call: Call): Promise<Reply> {
    try {
      const result = await findOperation(target)(parseJson(body), call);
      return { status: 200, headers: JSON_HEADERS, body: JSON.stringify(result) };
    } catch (error) {
      if (error instanceof AwsError) return errorReply(error);
      throw error;
    }
  }
}

function findOperation(target: string) {
  const operation = operations.get(target.slice(TARGET_PREFIX.length));
  if (operation !== undefined && target.startsWith(TARGET_PREFIX)) return operation;
  throw new SqsError('UnsupportedOperation', `${target} is not emulated.`);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new SqsError('SerializationException', 'The request body is not JSON.');
  }
}

function errorReply(error: AwsError): Reply {
  const queryCode = error instanceof SqsError ? error.queryCode : error.code;
  return {
    status: error.status,
    headers: { ...JSON_HEADERS, 'x-amzn-query-error': `${queryCode};Sender` },
    body: JSON.stringify({ __type: `com.amazonaws.sqs#${error.code}`, message: error.message }),
  };
}
