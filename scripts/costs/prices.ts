/** A list price of AWS in us-east-1, first volume tier, in dollars. */
export interface Price {
  usd: number;
  /** For so many of `unit`. */
  per: number;
  unit: string;
  /** What AWS's permanent free tier takes off a month, in `unit`; it is an account's, not a stage's. */
  free?: number;
  /** The page that says so; prices change there. */
  source: string;
  /** Whether it was read, on AS_OF, in a copy of that page or in another's quotation of it; else it is from memory. */
  confirmed: boolean;
}

/** When these prices were looked up. No price page could be reached itself: copies of them were, and pages that quote them. */
export const AS_OF = '2026-11-29';

const page = (path: string) => `https://aws.amazon.com/${path}/pricing/`;

export const PRICES = {
  webSocketMessages: {
    usd: 1,
    per: 1e6,
    unit: 'messages of 32 KB',
    source: page('api-gateway'),
    confirmed: true,
  },
  connectionMinutes: { usd: 0.25, per: 1e6, unit: 'minutes', source: page('api-gateway'), confirmed: true },
  httpCalls: { usd: 1, per: 1e6, unit: 'calls of 512 KB', source: page('api-gateway'), confirmed: true },
  lambdaRequests: {
    usd: 0.2,
    per: 1e6,
    unit: 'invocations',
    free: 1e6,
    source: page('lambda'),
    confirmed: true,
  },
  lambdaGbSeconds: {
    usd: 0.0000133334,
    per: 1,
    unit: 'GB-s, arm64',
    free: 400_000,
    source: page('lambda'),
    confirmed: true,
  },
  sqsCalls: { usd: 0.4, per: 1e6, unit: 'calls of 64 KB', free: 1e6, source: page('sqs'), confirmed: true },
  /** On top, for calls about messages with a group: we count each call to the request queue that moves one. */
  sqsFairQueue: { usd: 0.1, per: 1e6, unit: 'calls', source: page('sqs'), confirmed: true },
  s3Puts: { usd: 0.005, per: 1_000, unit: 'PUTs', source: page('s3'), confirmed: true },
  s3Gets: { usd: 0.0004, per: 1_000, unit: 'GETs', source: page('s3'), confirmed: true },
  /** If results lay there: they do not, yet. A directory bucket lies in one zone. */
  s3ExpressPuts: { usd: 0.00113, per: 1_000, unit: 'PUTs', source: page('s3'), confirmed: true },
  s3ExpressGets: { usd: 0.00003, per: 1_000, unit: 'GETs', source: page('s3'), confirmed: true },
  s3GbMonths: { usd: 0.023, per: 1, unit: 'GB', source: page('s3'), confirmed: true },
  ipv4Hours: { usd: 0.005, per: 1, unit: 'hours', source: page('vpc'), confirmed: true },
  ebsGbMonths: { usd: 0.08, per: 1, unit: 'GB, gp3', source: page('ebs'), confirmed: true },
  logGb: { usd: 0.5, per: 1, unit: 'GB taken in', free: 5, source: page('cloudwatch'), confirmed: true },
  logGbMonths: { usd: 0.03, per: 1, unit: 'GB kept', source: page('cloudwatch'), confirmed: true },
  customMetrics: { usd: 0.3, per: 1, unit: 'metrics', free: 10, source: page('cloudwatch'), confirmed: true },
  alarmMetrics: {
    usd: 0.1,
    per: 1,
    unit: 'alarm metrics',
    free: 10,
    source: page('cloudwatch'),
    confirmed: true,
  },
  dashboards: { usd: 3, per: 1, unit: 'dashboards', free: 3, source: page('cloudwatch'), confirmed: true },
  dataOutGb: {
    usd: 0.09,
    per: 1,
    unit: 'GB to the internet',
    free: 100,
    source: page('ec2'),
    confirmed: true,
  },
  /** A schedule's events are AWS's own, and free. */
  scheduledEvents: { usd: 0, per: 1, unit: 'events', source: page('eventbridge'), confirmed: false },
} as const satisfies Record<string, Price>;
export type Item = keyof typeof PRICES;

/**
 * Linux on demand, a machine-hour. Of each type the vCPUs; each of those is a whole core. They are those of AWS's own price
 * list of 2026-01-19, as Karpenter's table has it (aws/karpenter-provider-aws, pkg/providers/pricing).
 */
export const INSTANCES: Readonly<Record<string, { usd: number; cores: number }>> = {
  'c7a.medium': { usd: 0.05132, cores: 1 },
  'c7a.large': { usd: 0.10264, cores: 2 },
  'c8g.medium': { usd: 0.03988, cores: 1 },
  'c8g.large': { usd: 0.07976, cores: 2 },
};

/** What others ask for an image, list price; a tier reaches up to so many images a month. */
export const RIVALS: readonly {
  name: string;
  tiers: readonly { upTo: number; usdPer1000: number }[];
  source: string;
  confirmed: boolean;
}[] = [
  {
    name: 'Amazon Rekognition (DetectLabels)',
    tiers: [
      { upTo: 1e6, usdPer1000: 1 },
      { upTo: 5e6, usdPer1000: 0.8 },
      { upTo: 35e6, usdPer1000: 0.6 },
      { upTo: Number.POSITIVE_INFINITY, usdPer1000: 0.25 },
    ],
    source: page('rekognition'),
    confirmed: false, // but for the first million, which many quote
  },
  {
    name: 'Google Cloud Vision (label detection)',
    tiers: [
      { upTo: 1_000, usdPer1000: 0 },
      { upTo: 5e6, usdPer1000: 1.5 },
      { upTo: Number.POSITIVE_INFINITY, usdPer1000: 1 },
    ],
    source: 'https://cloud.google.com/vision/pricing',
    confirmed: true,
  },
  {
    name: 'Clarifai (general image recognition)',
    tiers: [{ upTo: Number.POSITIVE_INFINITY, usdPer1000: 1.2 }],
    source: 'https://www.clarifai.com/pricing',
    confirmed: false,
  },
];
