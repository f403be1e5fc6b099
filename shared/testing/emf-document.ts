import * as z from 'zod';

/** The units that CloudWatch knows. */
const UNITS =
  /^(Seconds|Microseconds|Milliseconds|Bytes|Kilobytes|Megabytes|Gigabytes|Terabytes|Bits|Kilobits|Megabits|Gigabits|Terabits|Percent|Count|(Bytes|Kilobytes|Megabytes|Gigabytes|Terabytes|Bits|Kilobits|Megabits|Gigabits|Terabits|Count)\/Second|None)$/;

const directive = z.strictObject({
  Namespace: z.string().min(1).max(1024),
  Dimensions: z.array(z.array(z.string().min(1).max(250)).max(30)).min(1),
  Metrics: z
    .array(
      z.strictObject({
        Name: z.string().min(1).max(1024),
        Unit: z.string().regex(UNITS).optional(),
        StorageResolution: z.union([z.literal(1), z.literal(60)]).optional(),
      }),
    )
    .max(100),
});
const target = z.union([z.number(), z.array(z.number()).min(1).max(100)]);

/**
 * A log line as the specification of CloudWatch's Embedded Metric Format wants it: its JSON schema, and what that cannot
 * say: each metric that is named is a number or up to a hundred at the root, and each dimension a string.
 */
export const emfDocument = z
  .looseObject({
    _aws: z.looseObject({ Timestamp: z.int(), CloudWatchMetrics: z.array(directive).min(1) }),
  })
  .superRefine((line, context) => {
    for (const { Dimensions, Metrics } of line._aws.CloudWatchMetrics) {
      for (const key of Dimensions.flat())
        if (!z.string().min(1).max(1024).safeParse(line[key]).success)
          context.addIssue(`the dimension ${key} has no value`);
      for (const { Name } of Metrics)
        if (!target.safeParse(line[Name]).success) context.addIssue(`the metric ${Name} has no values`);
    }
  });
