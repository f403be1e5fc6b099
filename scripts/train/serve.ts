import type { Dataset } from '../../training/datasets/dataset.ts';
import type { ServedGraph } from '../../training/lesson.ts';
import { addTrainedModel } from '../../training/trained-model.ts';
import { pushModel } from '../models/push.ts';
import { bucketHere } from '../models/stages.ts';

/**
 * Adds a trained model to those of this machine, and has the stage that `npm start` runs on it serve it, if one does.
 *
 * @returns what became of it, for people
 * @throws {ModelError} It could not be added, or not be served.
 */
export async function addAndServe(
  home: string,
  name: string,
  dataset: Dataset,
  graph: ServedGraph,
): Promise<string> {
  const { manifest } = await addTrainedModel(home, name, dataset, graph);
  const reference = `${name}@${manifest.version}`;
  const stage = await bucketHere({ stage: 'local' });
  if (stage === undefined) {
    const push = `npm run models -- push ${name} --stage NAME`;
    return `Added ${reference}: npm start serves it from its next start on, and a deployed stage after ${push}`;
  }
  await pushModel(stage, home, reference);
  return `Added ${reference}: the stage that runs here serves it now, under its name.`;
}
