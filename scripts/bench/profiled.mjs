// Preloaded into the service's processes by `bench overhead --profile`. SIGUSR2 begins a CPU profile, the next one writes
// it down and ends it.
import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { isMainThread } from 'node:worker_threads';

const { CPU_PROFILES } = process.env;

if (isMainThread && CPU_PROFILES) {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  let running = false;
  process.on('SIGUSR2', async () => {
    running = !running;
    if (running) return session.post('Profiler.start');
    const { profile } = await session.post('Profiler.stop');
    const path = `${CPU_PROFILES}/${process.pid}.cpuprofile`;
    writeFileSync(`${path}.part`, JSON.stringify(profile));
    renameSync(`${path}.part`, path); // there when it is whole
  });
}
