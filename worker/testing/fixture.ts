import { afterAll, afterEach, beforeAll } from 'vitest';
import { startTestCloud, type TestCloud } from './cloud.ts';
import { type ImageHost, startImageHost } from './image-host.ts';
import { type RunningWorker, type RunWorkerOptions, runWorker } from './run-worker.ts';

/** A cloud and a host of images for one test file; the workers that a test starts end with it. */
export interface Fixture {
  cloud: TestCloud;
  images: ImageHost;
  start(options?: RunWorkerOptions): RunningWorker;
}

/** Sets a fixture up around the tests of the file that calls it. Its parts are there once the tests run. */
export function useFixture(options: { visibilitySeconds?: number } = {}): () => Fixture {
  let fixture: Fixture | undefined;
  const running: RunningWorker[] = [];
  beforeAll(async () => {
    const [cloud, images] = await Promise.all([startTestCloud(options), startImageHost()]);
    const start = (settings: RunWorkerOptions = {}) => {
      const worker = runWorker(cloud, images, settings);
      running.push(worker);
      return worker;
    };
    fixture = { cloud, images, start };
  });
  afterEach(async () => {
    if (fixture) fixture.cloud.recorder.fails = () => false;
    await Promise.all(running.splice(0).map((worker) => worker.end()));
  });
  afterAll(async () => {
    fixture?.images.stop();
    await fixture?.cloud.stop();
  });
  return () => {
    if (!fixture) throw new Error('the fixture is not set up yet');
    return fixture;
  };
}
