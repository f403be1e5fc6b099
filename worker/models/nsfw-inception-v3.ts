import type { BuiltIn } from './built-in.ts';
import { convertLayersModel } from './layers/convert-layers.ts';
import { readWeights } from './layers/weights-manifest.ts';
import { readClasses, readModel } from './nsfwjs-modules.ts';

const WEIGHTS = 'package/dist/models/inception_v3';
const SPEC = 'nsfwjs@4.4.0';

/**
 * Content moderation by the Inception v3 of nsfwjs: five classes. Its weights are stored as uint8, its arithmetic is
 * that of floats. The version is the package's and the revision of our converter; raise the revision whenever the
 * converter's output changes.
 */
export const NSFW_INCEPTION_V3: BuiltIn = {
  manifest: {
    name: 'nsfw-inception-v3',
    version: '4.4.0-1',
    task: 'moderation',
    input: { height: 299, width: 299 },
    // Stretched, whole, as nsfwjs does it and as it was trained: what lies at the edge counts too.
    preprocessing: {},
    graphs: { fp32: 'fp32.onnx' },
    labels: 'labels.txt',
    classes: 5,
    memoryMb: 120,
    licence: 'MIT',
    source: `npm ${SPEC}`,
    files: {
      'fp32.onnx': {
        bytes: 89_340_498,
        sha256: 'e69053379ab6a85e39ccb849bc4ebb4e5fdc2e950ec1995bd2b4dd6c7a8f2a45',
      },
      'labels.txt': {
        bytes: 33,
        sha256: '75f6f88078a092fc1c2b476da3ced0f131c803cb5eccdc6924f90ecbc73150e2',
      },
    },
  },
  package: {
    spec: SPEC,
    tarball: 'nsfwjs-4.4.0.tgz',
    bytes: 24_973_068,
    integrity:
      'sha512-krC1fgeTLXtZwgdpKJ0jm7hqv0gTSRQQRL+FhOaxaJ9Wj92t42BO3csO2odwgTAgZgf2RvkwPtp0R8Aa7dc+MA==',
  },
  sources: {
    'model.min.js': {
      path: `${WEIGHTS}/model.min.js`,
      bytes: 177_909,
      sha256: '8c2b793b9d277840fc757725bf3b135c96d5a54ec020e2b4ab569fc3df6b3848',
    },
    'nsfw_classes.js': {
      path: 'package/dist/esm/nsfw_classes.js',
      bytes: 153,
      sha256: '973662eb45d0a10f2cecd86085203a3daad3035987e417825e57c922a4df87b9',
    },
    ...shard(1, 5_593_186, 'e9316ac20ff634f990e483062050afe9a4826885c3a212d676ce2cfda93a4884'),
    ...shard(2, 5_593_186, '467b33d62b4c470edf8acd3da554e331f2d49f3f93ddd718f944f595c516cd82'),
    ...shard(3, 5_593_186, '075300e057ca7e9fd2e282afbc3a6596a0404288c94bf781e9b20658cbeee664'),
    ...shard(4, 5_593_186, 'b51ee46e062e752e81c28761a56369432671bfb3d59f4f062f5bd4dd58ff5303'),
    ...shard(5, 5_593_186, 'd4149969b3c61e0d4dde1d4f555f5b00f4fc87f6bab1a4cd4967b24f62725de6'),
    ...shard(6, 1_853_246, 'b684762a7d7c39b80183d260bdab6f072321349300f9f2ff144a085a382acfc4'),
  },
  async make(name, source) {
    if (name === 'labels.txt') {
      return Buffer.from(
        readClasses(await source('nsfw_classes.js'))
          .map((label) => `${label}\n`)
          .join(''),
      );
    }
    const { modelTopology, weightsManifest, stored } = await readModel(source);
    const weights = readWeights(weightsManifest, stored);
    const input = { height: 299, width: 299, channels: 3 } as const;
    return convertLayersModel(modelTopology, weights, { input, scale: 1 / 255, offset: 0, softmax: false });
  },
};

function shard(number: number, bytes: number, sha256: string): BuiltIn['sources'] {
  const name = `group1-shard${number}of6`;
  return { [`${name}.min.js`]: { path: `${WEIGHTS}/${name}.min.js`, bytes, sha256 } };
}
