import { INSTANCES, type Item, PRICES, type Price, type RIVALS } from './prices.ts';
import { type Usage, usageOf } from './usage.ts';
import type { Workload } from './workload.ts';

/** What a month's bill has under one heading. */
export interface BillLine {
  service: string;
  /** In dollars a month. */
  usd: number;
}

export interface Bill {
  workload: Workload;
  usage: Usage;
  lines: BillLine[];
  usdAMonth: number;
  usdPer1000: number;
}

/** Which items AWS's bill has under which heading. */
const SERVICES: Readonly<Record<string, readonly Item[]>> = {
  'API Gateway': ['webSocketMessages', 'connectionMinutes', 'httpCalls'],
  Lambda: ['lambdaRequests', 'lambdaGbSeconds'],
  SQS: ['sqsCalls', 'sqsFairQueue'],
  S3: ['s3Puts', 's3Gets', 's3ExpressPuts', 's3ExpressGets', 's3GbMonths'],
  EC2: ['ipv4Hours', 'ebsGbMonths'],
  CloudWatch: ['logGb', 'logGbMonths', 'customMetrics', 'alarmMetrics', 'dashboards'],
  'Data out': ['dataOutGb'],
  EventBridge: ['scheduledEvents'],
};

/**
 * The bill of a month, at list prices.
 * @throws RangeError where the instance type has no price here
 */
export function billFor(workload: Workload, freeTier = false): Bill {
  const machine = INSTANCES[workload.instance];
  if (machine === undefined)
    throw new RangeError(
      `${workload.instance} has no price here. Those that have: ${Object.keys(INSTANCES).join(', ')}`,
    );
  const usage = usageOf(workload);
  const costOf = (item: Item) => {
    const { usd, per, free = 0 }: Price = PRICES[item];
    return (Math.max(0, usage.items[item] - (freeTier ? free : 0)) / per) * usd;
  };
  const lines = Object.entries(SERVICES).map(([service, items]) => ({
    service,
    usd:
      items.reduce((sum, item) => sum + costOf(item), 0) +
      (service === 'EC2' ? usage.machineHours * machine.usd : 0),
  }));
  const usdAMonth = lines.reduce((sum, { usd }) => sum + usd, 0);
  return { workload, usage, lines, usdAMonth, usdPer1000: (usdAMonth / usage.imagesAMonth) * 1000 };
}

/** What a vendor asks for so many images a month, in dollars. */
export function rivalUsd({ tiers }: (typeof RIVALS)[number], images: number): number {
  let below = 0;
  let usd = 0;
  for (const { upTo, usdPer1000 } of tiers) {
    usd += (Math.max(0, Math.min(images, upTo) - below) / 1000) * usdPer1000;
    below = upTo;
  }
  return usd;
}
