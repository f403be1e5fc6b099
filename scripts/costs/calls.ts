import { STAGE, type Workload } from './workload.ts';

/** SQS takes no more in a call. */
const SQS_BATCH = 10;

/** What one image makes functions and workers call, each on average. calls.test.ts holds it against the code. */
export interface CallsPerImage {
  /** To the request queue, by the functions that accept. */
  sendRequests: number;
  /** By a worker: its share of receives, of deletions, and of the looks for a terminate message. */
  receiveRequests: number;
  deleteRequests: number;
  lookForTerminate: number;
  /** By a worker, to the bucket and to the response queue. */
  putResult: number;
  sendResponse: number;
  /** By push-results to the socket that asked. */
  pushResult: number;
  /** By classify to the socket, of several `accepted` all but the last: that one is the route's response. */
  pushAccepted: number;
  /** By await-result, while it waits. */
  lookForResult: number;
}

/** A GET is held until its result is there, and looks for it 0, 25, 62, 118, … ms after it came (handlers/await-result.ts). */
const LOOKS_OF_A_GET = 4;

/**
 * In a steady load nothing waits in the queue (the fleet is kept larger than the load), and what does not wait shares no
 * calls but deletions, which linger for a quarter of a second. In a burst more is shared, and an image costs less.
 * @param perWorker images a second that a worker gets
 */
export function callsPerImage({ interface: via, batch }: Workload, perWorker: number): CallsPerImage {
  const socket = via === 'websocket';
  return {
    sendRequests: Math.ceil(batch / SQS_BATCH) / batch,
    receiveRequests: 1,
    deleteRequests: 1 / Math.min(SQS_BATCH, 1 + perWorker * STAGE.deletionLingerSeconds),
    // A busy one looks now and then; one that comes to rest begins a long poll, which the next image breaks off.
    lookForTerminate: 1 / STAGE.terminateCheckEvery + Math.exp(-perWorker * STAGE.idleAfterSeconds),
    putResult: 1,
    sendResponse: 1,
    pushResult: socket ? 1 : 0,
    pushAccepted: socket ? (batch - 1) / batch : 0,
    lookForResult: socket ? 0 : LOOKS_OF_A_GET,
  };
}

/** Bytes of what is logged, with the 26 that CloudWatch adds to each line. calls.test.ts holds them against the code. */
export const LOG_BYTES = {
  /** A line of classify or submit, without its answers; and one answer. */
  accepting: 330,
  answer: 72,
  job: 320,
  /** A job's share of a line of metrics. */
  metrics: 28,
  pushed: 200,
  authorize: 180,
  awaitResult: 230,
  tick: 600,
} as const;
