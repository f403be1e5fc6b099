import * as z from 'zod';

/** What osls hands to a plugin: the whole of serverless.yml, its variables resolved. */
export interface Serverless {
  readonly service: {
    readonly provider: object;
    readonly functions: Record<string, object>;
    readonly custom: { readonly 'serverless-offline': Record<string, unknown> };
    readonly resources: unknown;
  };
}

const values = z.record(z.string(), z.unknown());
const sqsEvent = z.strictObject({
  arn: z.unknown(),
  batchSize: z.number().int().min(1).max(10).default(10),
  functionResponseType: z.literal('ReportBatchItemFailures').optional(),
});
const functionDefinition = z.looseObject({
  environment: values.default({}),
  events: z.array(z.looseObject({ sqs: sqsEvent.optional(), schedule: z.string().optional() })).default([]),
});
const resource = z.looseObject({ Type: z.string(), Properties: values.default({}) });
const parameter = z.looseObject({ Default: z.string() });
const service = z.object({
  provider: z.object({ environment: values.default({}) }),
  functions: z.record(z.string(), functionDefinition),
  resources: z.object({
    Parameters: z.record(z.string(), parameter).default({}),
    Resources: z.record(z.string(), resource),
  }),
});

/** The part of serverless.yml that the local stage acts on. What it cannot emulate of an event is refused. */
export type Service = z.infer<typeof service>;
export type Resources = Service['resources']['Resources'];
export type Parameters = Service['resources']['Parameters'];

/** @throws ZodError naming what the local stage cannot emulate */
export const parseService = (serverless: Serverless): Service => service.parse(serverless.service);
