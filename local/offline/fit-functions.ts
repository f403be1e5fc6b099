import * as z from 'zod';
import type { EventSource } from './event-source.ts';
import { type LookUp, resolveIntrinsics } from './resolve-intrinsics.ts';
import type { Serverless, Service } from './service.ts';

/** The events that the local stage itself brings to the functions, for serverless-offline does not or not well. */
export type Trigger = { readonly functionKey: string } & (
  | { readonly kind: 'schedule'; readonly rate: string }
  | ({ readonly kind: 'queue' } & Omit<EventSource, 'invoke'>)
);

/** The values of an environment, strings as Lambda has them. */
const strings = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean()]).transform((value) => String(value)),
);

/**
 * Fits the functions to the resources that were made: their environment gets the physical ids. Schedules and queues
 * are taken from them, lest serverless-offline act on them too.
 */
export function fitFunctions({ service }: Serverless, parsed: Service, lookUp: LookUp): Trigger[] {
  const resolve = (value: unknown) => resolveIntrinsics(value, lookUp);
  const environmentOf = (values: Record<string, unknown>) => strings.parse(resolve(values));
  Object.assign(service.provider, { environment: environmentOf(parsed.provider.environment) });
  const triggers = Object.entries(parsed.functions).flatMap(([functionKey, { environment, events }]) => {
    const served = events.filter(({ schedule, sqs }) => schedule === undefined && sqs === undefined);
    Object.assign(service.functions[functionKey] ?? {}, {
      environment: environmentOf(environment),
      events: served,
    });
    return events.flatMap(({ schedule, sqs }): Trigger[] => {
      if (schedule !== undefined) return [{ kind: 'schedule', functionKey, rate: schedule }];
      if (sqs === undefined) return [];
      const { arn, batchSize, functionResponseType } = sqs;
      const queueArn = z.string().parse(resolve(arn));
      const reportsFailures = functionResponseType === 'ReportBatchItemFailures';
      return [{ kind: 'queue', functionKey, queueArn, batchSize, reportsFailures }];
    });
  });
  return triggers;
}
