import * as z from 'zod';
import { invalidParameter, SqsError } from './errors.ts';

/** What a queue's attributes mean. */
export interface QueueSettings {
  /** The attributes as they were set, on top of SQS's defaults. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly visibilitySeconds: number;
  readonly delaySeconds: number;
  readonly waitSeconds: number;
  readonly retentionSeconds: number;
  readonly maximumMessageBytes: number;
  readonly redrive: RedrivePolicy | undefined;
}

/** Where a message goes that was received `maxReceiveCount` times without being deleted. */
export type RedrivePolicy = z.infer<typeof redrivePolicy>;

const DEFAULTS = {
  VisibilityTimeout: '30',
  DelaySeconds: '0',
  ReceiveMessageWaitTimeSeconds: '0',
  MessageRetentionPeriod: '345600',
  MaximumMessageSize: '1048576',
  SqsManagedSseEnabled: 'true',
};

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  VisibilityTimeout: [0, 43_200],
  DelaySeconds: [0, 900],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  MessageRetentionPeriod: [60, 1_209_600],
  MaximumMessageSize: [1_024, 1_048_576],
};

/** Accepted and given back; they have no effect here. */
const KEPT = new Set([
  'Policy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'SqsManagedSseEnabled',
]);

const redrivePolicy = z.object({
  deadLetterTargetArn: z.string().min(1),
  maxReceiveCount: z.coerce.number().int().min(1).max(1_000),
});

/**
 * The settings of a queue after some attributes were set; an empty policy takes the policy away.
 * @throws SqsError `InvalidAttributeName` or `InvalidAttributeValue` for what SQS would refuse
 */
export function applyAttributes(
  changes: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>> = DEFAULTS,
): QueueSettings {
  const attributes: Record<string, string> = { ...before };
  for (const [name, value] of Object.entries(changes)) {
    checkAttribute(name, value);
    if (value === '') delete attributes[name];
    else attributes[name] = value;
  }
  return {
    attributes,
    visibilitySeconds: Number(attributes.VisibilityTimeout),
    delaySeconds: Number(attributes.DelaySeconds),
    waitSeconds: Number(attributes.ReceiveMessageWaitTimeSeconds),
    retentionSeconds: Number(attributes.MessageRetentionPeriod),
    maximumMessageBytes: Number(attributes.MaximumMessageSize),
    redrive:
      attributes.RedrivePolicy === undefined ? undefined : parseRedrivePolicy(attributes.RedrivePolicy),
  };
}

function checkAttribute(name: string, value: string): void {
  const range = RANGES[name];
  if (range !== undefined) {
    const [least, most] = range;
    if (/^\d+$/.test(value) && Number(value) >= least && Number(value) <= most) return;
    throw new SqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
  }
  if (name === 'FifoQueue' && value !== 'false') {
    throw new SqsError('UnsupportedOperation', 'FIFO queues are not emulated.');
  }
  if (name !== 'RedrivePolicy' && !KEPT.has(name)) {
    throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  }
}

function parseRedrivePolicy(text: string): RedrivePolicy {
  try {
    return redrivePolicy.parse(JSON.parse(text));
  } catch (cause) {
    const error = invalidParameter(
      `Value ${text} for parameter RedrivePolicy is invalid. Reason: Redrive policy is not a valid JSON map.`,
    );
    throw Object.assign(error, { cause });
  }
}
