import { paginateDescribeInstances } from '@aws-sdk/client-ec2';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { ec2, sqs } from '../shared/aws.ts';
import { TAGS } from '../shared/tags.ts';
import { type Machine, readMachine } from './machine.ts';

const count = z.coerce.number<string>().int().min(0);
const attributes = z.object({
  ApproximateNumberOfMessages: count,
  ApproximateNumberOfMessagesNotVisible: count,
});

/** Messages that wait, and those that workers hold. */
export interface QueueDepth {
  visible: number;
  inFlight: number;
}

/**
 * The depth of a queue. Delayed messages are not in it: nobody can work on them yet.
 * @throws ZodError where SQS answers without the counts
 */
export async function queueDepth(queueUrl: string): Promise<QueueDepth> {
  const { Attributes } = await sqs().send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  const parsed = attributes.parse(Attributes);
  return {
    visible: parsed.ApproximateNumberOfMessages,
    inFlight: parsed.ApproximateNumberOfMessagesNotVisible,
  };
}

/**
 * The machines of a stage, also those that EC2 shows for a while after they went: one that died in its first seconds is
 * not still to come.
 * @param pageSize machines a call, 5 to 1,000
 */
export async function listMachines(stage: string, pageSize = 1000): Promise<Machine[]> {
  const pages = paginateDescribeInstances(
    { client: ec2(), pageSize },
    { Filters: [{ Name: `tag:${TAGS.stage}`, Values: [stage] }] },
  );
  const machines: Machine[] = [];
  for await (const { Reservations = [] } of pages)
    for (const { Instances = [] } of Reservations)
      machines.push(...Instances.flatMap((instance) => readMachine(instance) ?? []));
  return machines;
}
