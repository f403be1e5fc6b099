import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { operations } from '../../local/aws/sqs/operations.ts';
import { Queues } from '../../local/aws/sqs/queues.ts';
import { ec2, s3, sqs, sqsPolls } from '../../shared/aws.ts';

/*
 * The embedded cloud without its wire: what the SDK's clients are asked goes to the embedded queues themselves, to a bucket
 * that is a map, and to the machines of whoever runs them. A thousand fleets then take seconds, not minutes.
 */
export interface Ec2InProcess {
  /** Answers a command of EC2 by its name, such as `CreateFleet`. */
  answer(command: string, input: unknown): unknown;
}

export const queues = new Queues();
const objects = new Map<string, { body: string; etag: string }>();
/** The longest that a call takes, in ms. */
const CALL_MS = 2;
/** Never aborts. */
const NEVER = new AbortController().signal;

const failure = (name: string, httpStatusCode: number) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });

interface PutInput {
  Bucket: string;
  Key: string;
  Body: string;
  IfNoneMatch?: string;
  IfMatch?: string;
}

function answerS3(command: string, { Bucket, Key, Body, IfNoneMatch, IfMatch }: PutInput): object {
  const key = `${Bucket}/${Key}`;
  const stored = objects.get(key);
  if (command === 'GetObject') {
    if (!stored) throw failure('NoSuchKey', 404);
    return { ETag: stored.etag, Body: { transformToString: async () => stored.body } };
  }
  if (command !== 'PutObject') throw new Error(`${command} is not known here`);
  if (IfNoneMatch !== undefined && stored) throw failure('PreconditionFailed', 412);
  if (IfMatch !== undefined && stored?.etag !== IfMatch) throw failure('PreconditionFailed', 412);
  const etag = randomUUID();
  objects.set(key, { body: Body, etag });
  return { ETag: etag };
}

async function answerSqs(command: string, input: unknown, abortSignal: AbortSignal): Promise<unknown> {
  const operation = operations.get(command);
  if (!operation) throw new Error(`${command} is not known here`);
  let undo = () => {};
  const call = {
    queues,
    baseUrl: 'http://queue',
    hungUp: abortSignal,
    onUndelivered: (run: () => void) => {
      undo = run;
    },
  };
  const answer = await operation(input, call);
  if (!abortSignal.aborted) return answer;
  undo();
  throw failure('AbortError', 0);
}

type Send = (command: { input: unknown }, options?: { abortSignal?: AbortSignal }) => Promise<unknown>;

/** Puts this cloud behind the clients of `shared/aws.ts`, for the test file that calls it. */
export function answerInProcess(machines: Ec2InProcess): void {
  const answering = (
    client: object,
    answer: (name: string, input: never, signal: AbortSignal) => unknown,
  ) => {
    const send: Send = async (command, { abortSignal = NEVER } = {}) => {
      await sleep(Math.random() * CALL_MS);
      if (abortSignal.aborted) throw failure('AbortError', 0);
      return answer(command.constructor.name.replace(/Command$/, ''), command.input as never, abortSignal);
    };
    Object.assign(client, { send }); // a spy would keep every call that was ever made
  };
  answering(sqs(), answerSqs);
  answering(sqsPolls(), answerSqs);
  answering(s3(), answerS3);
  answering(ec2(), (command, input) => machines.answer(command, input));
}
