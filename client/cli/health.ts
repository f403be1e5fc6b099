import * as z from 'zod';

const count = z.number().nullable();
const healthAnswer = z.object({
  status: z.string(),
  queue: z.object({ visible: count, inFlight: count }),
  workers: z.object({ booting: count, ready: count, draining: count }),
  serviceMs: count,
  imagesPerSecond: count,
});
/** What `GET /health` tells; null where it is unknown. */
export type Health = z.infer<typeof healthAnswer>;

const WITHIN_MS = 10_000;

/**
 * Asks a service how it is.
 * @throws Error that says what to do
 */
export async function healthOf(http: string): Promise<Health> {
  const address = `${http.replace(/\/*$/, '')}/health`;
  const response = await fetch(address, { signal: AbortSignal.timeout(WITHIN_MS) }).catch(
    (cause: unknown) => {
      throw new Error(
        `Nothing answers at ${address}. Check the address and the network; on this machine, start the service with: npm start`,
        { cause },
      );
    },
  );
  const parsed = healthAnswer.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  throw new Error(`What answers at ${address} (${response.status}) is no ClassifyCloud. Check --http.`);
}
