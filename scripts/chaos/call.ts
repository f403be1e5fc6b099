import type { IncomingHttpHeaders } from 'node:http';

/** A call to AWS, as far as faults are dealt out by it. */
export interface Call {
  service: 'sqs' | 's3' | 'ec2' | 'push';
  /** SQS's and EC2's name of it; for S3 and a push the HTTP method. */
  operation: string;
  /** The queue (`request-queue`), or the first part of the object's key (`results`); empty elsewhere. */
  target: string;
}

/** An HTTP request that a client of AWS sent. */
export interface Incoming {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Aborts when the client hangs up. */
  signal: AbortSignal;
}

/** What a request asks for. */
export function callOf({ method, url, headers, body }: Omit<Incoming, 'signal'>): Call {
  if (url.startsWith('/@connections/')) return { service: 'push', operation: method, target: '' };
  const named = headers['x-amz-target'];
  if (typeof named === 'string') {
    const queue = /"QueueUrl":"[^"]*\/([^"/]+)"/.exec(body.toString())?.[1] ?? '';
    const target = queue.replace('classifycloud-local-', '');
    return { service: 'sqs', operation: named.replace(/^.*\./, ''), target };
  }
  const action = method === 'POST' ? /(?:^|&)Action=(\w+)/.exec(body.toString())?.[1] : undefined;
  if (action !== undefined) return { service: 'ec2', operation: action, target: '' };
  return { service: 's3', operation: method, target: url.split('?')[0]?.split('/')[2] ?? '' };
}
