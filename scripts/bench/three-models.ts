import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { showProgress } from '../../local/show-progress.ts';
import { addModel } from '../../worker/models/add-model.ts';
import { BUILT_INS } from '../../worker/models/built-ins.ts';
import { ensureBuiltIn } from '../../worker/models/ensure-built-in.ts';
import { INCEPTION_V3 } from '../../worker/models/inception-v3.ts';
import { modelFolder } from '../../worker/models/manifest.ts';
import { NSFW_INCEPTION_V3 } from '../../worker/models/nsfw-inception-v3.ts';

/** Inception v3 once more, in fp32. */
export const THIRD = 'inception-v3-fp32';

/** A home of its own with three models, two of them those of another home, where they are made if they are not there. */
export async function homeOfThree(home: string): Promise<{ home: string; remove(): Promise<void> }> {
  const own = await mkdtemp(join(tmpdir(), 'classifycloud-models-'));
  for (const known of BUILT_INS) {
    const names = Object.keys(known.manifest.files);
    const { folder } = await ensureBuiltIn(known, home, names, { onProgress: showProgress });
    const link = modelFolder(own, known.manifest);
    await mkdir(dirname(link), { recursive: true });
    await symlink(folder, link);
  }
  const { name: _, tflite: __, classes: ___, files: ____, ...told } = INCEPTION_V3.manifest;
  const from = modelFolder(own, INCEPTION_V3.manifest);
  const { memoryMb } = NSFW_INCEPTION_V3.manifest; // the same net, in fp32 too
  const model = { ...told, name: THIRD, graphs: { fp32: 'fp32.onnx' }, memoryMb };
  const files = new Map(['fp32.onnx', 'labels.txt'].map((name) => [name, join(from, name)]));
  await addModel(own, model, files);
  return { home: own, remove: () => rm(own, { recursive: true, force: true }) };
}
