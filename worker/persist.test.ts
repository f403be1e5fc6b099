import { expect, it, vi } from 'vitest';
import { ServiceError } from '../shared/errors.ts';
import { OutOfTimeError, persist } from './persist.ts';

const failing = (times: number) => {
  let calls = 0;
  return vi.fn(async () => {
    if (++calls <= times) throw new Error(`failure ${calls}`);
    return 'done';
  });
};
const options = (changes: { until?: number; signal?: AbortSignal } = {}) => ({
  step: 'a step',
  until: Date.now() + 5_000,
  signal: new AbortController().signal,
  onFailure: vi.fn(),
  ...changes,
});

it('does a step again until it succeeds', async () => {
  const step = failing(2);
  const { onFailure, ...rest } = options();
  await expect(persist(step, { ...rest, onFailure })).resolves.toBe('done');
  expect(step).toHaveBeenCalledTimes(3);
  expect(onFailure).toHaveBeenCalledTimes(2);
});

it('gives up when the time is over, and names the step and its last failure', async () => {
  const error = await persist(failing(1e9), options({ until: Date.now() + 50 })).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(OutOfTimeError);
  expect(error).toMatchObject({ message: expect.stringContaining('a step'), cause: expect.any(Error) });
});

it('tries once even where the time is over already', async () => {
  await expect(persist(failing(0), options({ until: 0 }))).resolves.toBe('done');
});

it("does not repeat what is the image's own failure", async () => {
  const step = vi.fn(() => Promise.reject(new ServiceError('UNSUPPORTED_IMAGE')));
  await expect(persist(step, options())).rejects.toMatchObject({ code: 'UNSUPPORTED_IMAGE' });
  expect(step).toHaveBeenCalledTimes(1);
});

it('begins nothing once the worker stops', async () => {
  const step = failing(0);
  await expect(persist(step, options({ signal: AbortSignal.abort() }))).rejects.toThrow(OutOfTimeError);
  expect(step).not.toHaveBeenCalled();
});
