/** SQS gives ten messages at most at a time. */
export const MAX_RECEIVE = 10;

/**
 * How many jobs a worker downloads, decodes and infers at once: one in inference and three on their way for each
 * thread, so that a download ten times as long as an inference idles no thread for long, and one more to hand over.
 * Ten at most: what waits here could be worked on by an idle worker.
 */
export const slotsFor = (threads: number): number => Math.min(MAX_RECEIVE, threads * 3 + 1);

/** Jobs whose outcome is known, and that wait for no more than being stored, sent and deleted, hold no slot. */
const MAX_SETTLING = 10;

/** How many messages to ask for now. `held` counts all messages, `working` those without an outcome. */
export function roomFor({ slots, working, held }: { slots: number; working: number; held: number }): number {
  return Math.max(0, Math.min(MAX_RECEIVE, slots - working, slots + MAX_SETTLING - held));
}
