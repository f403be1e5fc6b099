import { expect, test } from 'vitest';
import { billFor, rivalUsd } from './bill.ts';
import { INSTANCES, type Item, PRICES, RIVALS } from './prices.ts';
import { fleetFor } from './usage.ts';
import { DEFAULTS } from './workload.ts';

test('at 10 images a second, over the WebSocket, all in, 1,000 images cost no more than $0.018', () => {
  const bill = billFor(DEFAULTS);
  expect(bill.usdPer1000).toBeLessThanOrEqual(0.018);
  expect(bill.usdPer1000).toBeGreaterThan(0.01); // or something is left out
});

test('either of two changes brings that to $0.012', () => {
  expect(billFor({ ...DEFAULTS, results: 'express-one-zone' }).usdPer1000).toBeLessThanOrEqual(0.012);
  expect(billFor({ ...DEFAULTS, batch: 10, pushBatch: 10 }).usdPer1000).toBeLessThanOrEqual(0.012);
});

test('every item is on the bill once, and each adds to it', () => {
  const { usage, lines, usdAMonth } = billFor({ ...DEFAULTS, interface: 'http' });
  const items = Object.keys(PRICES) as Item[];
  const byItem = items.reduce(
    (sum, item) => sum + (usage.items[item] / PRICES[item].per) * PRICES[item].usd,
    0,
  );
  expect(byItem + usage.machineHours * (INSTANCES['c7a.medium']?.usd ?? 0)).toBeCloseTo(usdAMonth, 6);
  expect(lines.reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(usdAMonth, 6);
  expect(billFor(DEFAULTS, true).usdAMonth).toBeLessThan(billFor(DEFAULTS).usdAMonth);
});

test('the fleet is what the load balancer keeps for the load, or MIN_WORKERS; without, as long as it takes', () => {
  expect(fleetFor({ ...DEFAULTS, rate: 100 }).workers).toBe(6); // 4.77 and a quarter of its root
  expect(fleetFor({ ...DEFAULTS, rate: 100, minWorkers: 9 }).workers).toBe(9);
  expect(fleetFor({ ...DEFAULTS, rate: 100, instance: 'c7a.large' }).workers).toBe(3);
  const once = fleetFor({ ...DEFAULTS, rate: 1 / 86_400, minWorkers: 0 }).workers;
  expect(once * 86_400).toBeCloseTo(360, -1); // a boot and the stabilisation window, once a day
});

test('vendors are paid by the tier that each image falls into', () => {
  const [rekognition] = RIVALS;
  if (rekognition === undefined) expect.fail('no vendor');
  expect(rivalUsd(rekognition, 1_000)).toBeCloseTo(1);
  expect(rivalUsd(rekognition, 2_000_000)).toBeCloseTo(1_800);
});

test('an instance type without a price is told, with those that have one', () => {
  expect(() => billFor({ ...DEFAULTS, instance: 'm5.large' })).toThrow(
    /m5.large has no price here.*c7a.medium/,
  );
});
