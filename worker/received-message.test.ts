import { expect, it } from 'vitest';
import { readJob, readMessage } from './received-message.ts';
import { jobFor } from './testing/jobs.ts';

it('reads the count and the time of sending that SQS writes as text', () => {
  const Attributes = { ApproximateReceiveCount: '3', SentTimestamp: '1700000000000' };
  expect(readMessage({ Body: 'b', MessageId: 'm', ReceiptHandle: 'h', Attributes }, 5)).toEqual({
    body: 'b',
    messageId: 'm',
    receiptHandle: 'h',
    receiveCount: 3,
    sentAt: 1_700_000_000_000,
    receivedAt: 5,
  });
});

it('reads a job', () => {
  const job = jobFor('https://example.com/a.jpg', { clientRef: 'mine' });
  expect(readJob(JSON.stringify(job))).toEqual(job);
});

it.each([
  ['not JSON', '{'],
  ['another shape', '{}'],
  ['a version to come', JSON.stringify({ ...jobFor('https://example.com/'), v: 2 })],
  ['an id without a time', JSON.stringify({ ...jobFor('https://example.com/'), requestId: 'a' })],
])('takes %s for no job', (_name, body) => {
  expect(readJob(body)).toBeUndefined();
});
