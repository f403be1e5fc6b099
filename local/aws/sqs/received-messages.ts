import { ACCOUNT } from '../account.ts';
import type { Message } from './message.ts';
import { attributesMd5, selectAttributes } from './message-attributes.ts';
import type { Receipt } from './queue.ts';
import type { ReceiveRequest } from './requests.ts';

/** The answer to ReceiveMessage, with the attributes that were asked for and no others. */
export function renderReceipts(receipts: readonly Receipt[], request: ReceiveRequest): object {
  if (receipts.length === 0) return {};
  const wanted = new Set([...request.AttributeNames, ...request.MessageSystemAttributeNames]);
  return {
    Messages: receipts.map((receipt) => renderReceipt(receipt, wanted, request.MessageAttributeNames)),
  };
}

function renderReceipt(
  { message, handle }: Receipt,
  wanted: ReadonlySet<string>,
  names: readonly string[],
): object {
  const attributes = wanted.size === 0 ? {} : systemAttributes(message, wanted);
  const messageAttributes = selectAttributes(message.attributes, names);
  const md5 = attributesMd5(messageAttributes);
  return {
    MessageId: message.id,
    ReceiptHandle: handle,
    Body: message.body,
    MD5OfBody: message.bodyMd5,
    ...(Object.keys(attributes).length > 0 && { Attributes: attributes }),
    ...(md5 !== undefined && { MessageAttributes: messageAttributes, MD5OfMessageAttributes: md5 }),
  };
}

function systemAttributes(message: Message, wanted: ReadonlySet<string>): Record<string, string> {
  const all = {
    SenderId: ACCOUNT,
    SentTimestamp: message.sentAt,
    ApproximateReceiveCount: message.receiveCount,
    ApproximateFirstReceiveTimestamp: message.firstReceivedAt,
    MessageGroupId: message.group,
    DeadLetterQueueSourceArn: message.deadLetterSource,
    AWSTraceHeader: message.systemAttributes.AWSTraceHeader?.StringValue,
  };
  const selected: Record<string, string> = {};
  for (const [name, value] of Object.entries(all)) {
    if (value !== undefined && (wanted.has('All') || wanted.has(name))) selected[name] = String(value);
  }
  return selected;
}
