import { z } from 'zod';
import { acceptedMessage, resultMessage } from '../../../shared/protocol.ts';
import type { Told } from './journal.ts';
import { sleepUpTo, type World } from './world.ts';

const problem = z.object({ code: z.string(), requestId: z.string().optional() });
const GIVES_UP_AFTER_MS = 240_000;

/** Asks by POST, and fetches the outcome. */
export async function postAndFetch(world: World, imageUrl: string): Promise<void> {
  const body = JSON.stringify({ imageUrl });
  const accepted = await repeat(world, async () => {
    const response = await fetch(`${world.http}/requests`, { method: 'POST', body, signal: world.signal });
    if (response.status === 202) return acceptedMessage.parse(await response.json());
    world.journal.count(`refused ${problem.parse(await response.json()).code}`);
    return undefined;
  });
  if (!accepted) return;
  const { requestId } = accepted;
  world.journal.accepted.add(requestId);
  const told = await repeat(world, () =>
    outcomeAt(world, `${world.http}/requests/${requestId}?waitSeconds=10`),
  );
  if (told) world.journal.tell(requestId, told);
  else world.journal.missed.push({ requestId, client: 'over HTTP' });
}

/** Asks by a GET that it follows to its end, and asks anew where that end is none. */
export async function getAndFollow(world: World, imageUrl: string): Promise<void> {
  const url = `${world.http}/classify?imageUrl=${encodeURIComponent(imageUrl)}`;
  const told = await repeat(world, () => outcomeAt(world, url));
  if (told) world.journal.tell(told.requestId ?? '', told);
  else world.journal.missed.push({ requestId: imageUrl, client: 'over HTTP, by GET' });
}

/** @returns `undefined` where the call itself failed, or where the outcome is still to come */
async function outcomeAt({ journal, signal }: World, url: string): Promise<Told | undefined> {
  const response = await fetch(url, { signal });
  const body: unknown = await response.json();
  if (response.status === 200) return resultMessage.parse(body);
  if (response.status === 202) return undefined;
  const { code, requestId } = problem.parse(body);
  if (requestId !== undefined) return { type: 'problem', requestId, code };
  journal.count(`a GET failed: ${code}`);
  return undefined;
}

async function repeat<T>(world: World, task: () => Promise<T | undefined>): Promise<T | undefined> {
  for (const end = performance.now() + GIVES_UP_AFTER_MS; performance.now() < end; ) {
    world.signal.throwIfAborted();
    const done = await task().catch((error: unknown) => {
      world.signal.throwIfAborted();
      if (error instanceof z.ZodError) world.journal.strange.push(error.message.slice(0, 500));
      world.journal.count('an HTTP call failed');
      return undefined;
    });
    if (done !== undefined) return done;
    await sleepUpTo(world, 500);
  }
  return undefined;
}
