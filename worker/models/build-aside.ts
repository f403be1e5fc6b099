import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ModelId } from '../../shared/models.ts';
import { threadFile } from '../thread-file.ts';
import type { ModelProgress, OnProgress } from './progress.ts';

export interface BuildTask {
  readonly model: ModelId;
  /** CLASSIFYCLOUD_HOME, or what stands for it. */
  readonly home: string;
  /** Of the manifest's files. */
  readonly names: readonly string[];
}

/** From the thread: how far it is, and why it failed. It ends where it is done. */
export type BuildReply =
  | { readonly type: 'progress'; readonly progress: ModelProgress }
  | { readonly type: 'failed'; readonly message: string };

/**
 * Does what `ensureBuiltIn` does in a thread of its own: converting takes a second and more of a core, in which this one
 * could not renew what it holds, and a few hundred MB, which go with the thread.
 *
 * @throws {Error} It cannot be fetched, is not what this program was made for, or finds no room on the disk. Its message is
 *   the thread's.
 */
export async function buildAside(task: BuildTask, onProgress?: OnProgress): Promise<void> {
  const thread = new Worker(threadFile('building-thread', import.meta.url), { workerData: task });
  let failure: Error | undefined;
  thread.on('message', (reply: BuildReply) => {
    if (reply.type === 'progress') onProgress?.(reply.progress);
    else failure = new Error(reply.message);
  });
  await once(thread, 'exit'); // rejects where the thread itself breaks down
  if (failure) throw failure;
}
