import { expect, it, vi } from 'vitest';
import type { ModelId } from '../shared/models.ts';
import { decodeImage } from './decode-image.ts';
import { prepareModel } from './engines/create-engine.ts';
import { LoadedModels } from './loaded-models.ts';
import { keyOf } from './model-loads.ts';
import { INCEPTION_V3, INCEPTION_VIEW } from './models/inception-v3.ts';
import { NSFW_INCEPTION_V3 } from './models/nsfw-inception-v3.ts';
import { send, takeResponses } from './testing/cloud.ts';
import { useFixture } from './testing/fixture.ts';
import { jobFor } from './testing/jobs.ts';
import { viewOf } from './view.ts';

const fixture = useFixture();
const [usual, moderator] = [INCEPTION_V3.manifest, NSFW_INCEPTION_V3.manifest];

/** A worker with the two built-in models, of which none needs files. */
function startWithBoth() {
  const served: ModelId[] = [usual, moderator];
  const resolve = (reference: string) =>
    served.find((id) => id.name === reference || keyOf(id) === reference);
  const repository = {
    resolve,
    find: async (reference: string) => resolve(reference),
    ofTask: () => moderator,
    onChange() {},
  };
  const loads: string[] = [];
  const models = new LoadedModels({
    repository,
    limitMb: 1,
    prepare: (id) => {
      loads.push(id.name);
      const open = () => expect.fail('echo needs no files');
      return prepareModel({ id, open }, { engine: 'echo', threads: 1, loneThreads: 1, echoMs: 0 });
    },
  });
  const decode = vi.fn(decodeImage);
  fixture().start({ models, decode, config: { CACHE_MB: 0 } });
  return { decode, loads };
}

async function answerTo(fields: { moderation?: boolean }) {
  const { cloud, images } = fixture();
  await send(cloud.config.REQUEST_QUEUE_URL, jobFor(`${images.url}/a.jpg`, fields));
  const [response] = await takeResponses(cloud);
  return response?.outcome.type === 'result' ? response.outcome : expect.fail('it is classified');
}

it('has a second model see the image where a job asks for it, in one decoding, and tells all that it sees', async () => {
  const { decode } = startWithBoth();
  const { model, labels, moderation } = await answerTo({ moderation: true });
  expect(model).toMatchObject({ name: 'inception-v3' });
  expect(labels).toHaveLength(5);
  expect(moderation).toMatchObject({
    model: { name: 'nsfw-inception-v3', version: moderator.version, engine: 'echo' },
    labels: [{ index: 4, confidence: 0.9 }, { index: 0 }, { index: 1 }, { index: 2 }, { index: 3 }],
  });
  expect(decode).toHaveBeenCalledOnce();
  const views = [INCEPTION_VIEW, viewOf(moderator)];
  expect(decode).toHaveBeenCalledWith(expect.anything(), expect.objectContaining({ views }));
});

it('asks nothing of it, and does not load it, where no job does', async () => {
  const { decode, loads } = startWithBoth();
  expect(await answerTo({})).not.toHaveProperty('moderation');
  expect(loads).toEqual(['inception-v3']);
  expect(decode).toHaveBeenCalledWith(
    expect.anything(),
    expect.objectContaining({ views: [INCEPTION_VIEW] }),
  );
});
