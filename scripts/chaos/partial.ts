import type { Incoming } from './call.ts';
import type { Forward } from './hop.ts';
import { jsonReply, type Reply } from './reply.ts';
import { batchAnswer, batchRequest, bytesOf, jsonOf } from './sqs-messages.ts';

/** How SQS refuses an entry: for its own reasons, or because the caller's receipt no longer counts. */
const FAILURES = {
  internal: { Code: 'InternalError', Message: 'We failed.', SenderFault: false },
  receipt: {
    Code: 'ReceiptHandleIsInvalid',
    Message: 'The receipt handle has expired.',
    SenderFault: true,
  },
};

/** Lets SQS refuse some entries of a batch, and do the others. */
export async function refuseSome(
  incoming: Incoming,
  forward: Forward,
  { isReceipt, random }: { isReceipt: boolean; random: () => number },
): Promise<Reply> {
  const { Entries, ...request } = batchRequest.parse(jsonOf(incoming.body));
  const certain = Math.floor(random() * Entries.length);
  const isRefused = Entries.map((_, place) => place === certain || random() < 0.3);
  const failure = isReceipt && random() < 0.5 ? FAILURES.receipt : FAILURES.internal;
  const Failed = Entries.filter((_, place) => isRefused[place]).map(({ Id }) => ({ Id, ...failure }));
  const others = Entries.filter((_, place) => !isRefused[place]);
  if (others.length === 0) return jsonReply(200, { Successful: [], Failed });
  const reply = await forward(bytesOf({ ...request, Entries: others }));
  if (reply.status !== 200) return reply;
  const done = batchAnswer.parse(jsonOf(reply.body));
  return jsonReply(200, { ...done, Failed: [...done.Failed, ...Failed] });
}
