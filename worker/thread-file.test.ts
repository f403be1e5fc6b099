import { expect, it } from 'vitest';
import { threadFile } from './thread-file.ts';

it('a bundle starts the thread file that stands beside it', () => {
  const url = threadFile('inference-thread', 'file:///app/.build/4f2a/worker/main.mjs');
  expect(url.href).toBe('file:///app/.build/4f2a/worker/inference-thread.mjs');
});

it('from source the thread is started by way of tsx', () => {
  const url = threadFile('inference-thread', 'file:///app/worker/engines/threaded-engine.ts');
  expect(url.protocol).toBe('data:');
  expect(decodeURIComponent(url.href)).toContain('file:///app/worker/engines/inference-thread.ts');
});
