import { randomUUID } from 'node:crypto';
import { invalidParameter, SqsError } from './errors.ts';
import { renewMessage } from './message.ts';
import type { Queues } from './queues.ts';

/**
 * StartMessageMoveTask, done at once: dead letters go back to where they came from, or to `destinationArn`.
 * One whose origin is unknown (it was sent here, not moved by a redrive policy) stays.
 * @throws SqsError `ResourceNotFoundException` for an unknown queue, `InvalidParameterValue` when the source
 * is no dead-letter queue
 */
export function moveMessages(queues: Queues, sourceArn: string, destinationArn: string | undefined): object {
  const named = (arn: string) => {
    const queue = queues.findByArn(arn);
    if (queue !== undefined) return queue;
    throw new SqsError(
      'ResourceNotFoundException',
      "The resource that you specified for the SourceArn parameter doesn't exist.",
    );
  };
  const source = named(sourceArn);
  if (queues.sourcesOf(source).length === 0) {
    throw invalidParameter('Source queue must be configured as a Dead Letter Queue.');
  }
  const destination = destinationArn === undefined ? undefined : named(destinationArn);
  for (const message of source.drain()) {
    const target = destination ?? queues.findByArn(message.deadLetterSource ?? '');
    if (target === undefined) source.accept(message);
    else target.accept(renewMessage(message));
  }
  return { TaskHandle: randomUUID() };
}
