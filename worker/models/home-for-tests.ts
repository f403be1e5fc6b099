import { cp, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { defaultHome } from './default-home.ts';
import { ensureModel } from './ensure-model.ts';
import { MODEL, SOURCE_FILES } from './inception-v3.ts';

/** The developer's own cache: filled by the first test run, read by the later ones. */
export const testHome = process.env.CLASSIFYCLOUD_HOME ?? defaultHome();

/** A home of one test with the fetched files in it, nothing converted, and no manifest: no network needed. */
export async function homeWithSources(): Promise<{ home: string; folder: string }> {
  const { onnx } = await ensureModel({ home: testHome });
  const { home, folder } = await emptyHome();
  for (const name of Object.keys(SOURCE_FILES)) await cp(join(dirname(onnx), name), join(folder, name));
  return { home, folder };
}

export async function emptyHome(): Promise<{ home: string; folder: string }> {
  const home = await mkdtemp(join(tmpdir(), 'classifycloud-home-'));
  const folder = join(home, 'models', MODEL.name, MODEL.version);
  await mkdir(folder, { recursive: true });
  return { home, folder };
}
