import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modelsAnswer, resultMessage } from '../../shared/protocol.ts';
import { addModel } from '../../worker/models/add-model.ts';
import { colourModel } from '../../worker/models/testing/colour-model.ts';
import { runCommand } from '../run-command.ts';
import { STAGE } from './sls.ts';
import { expectThat, type Stage, until } from './stage.ts';

const program = fileURLToPath(new URL('../models.ts', import.meta.url));

/** The stage lists the model that it was deployed with, and classifies by it unless another one is named. */
export async function modelsAreListed(stage: Stage): Promise<void> {
  const { default: usual, models } = await listed(stage);
  expectThat(usual === 'inception-v3', `the default model is ${usual}`);
  expectThat(models.length === 1, `GET /models lists ${models.map(({ name }) => name).join(', ')}`);
}

/** A model that is pushed is served, and so is its next version, without a deployment. */
export async function pushedModelIsServed(stage: Stage, scratch: string): Promise<void> {
  const home = join(scratch, 'home-of-models');
  await mkdir(home, { recursive: true });
  for (const version of ['1', '2']) {
    const { model, files } = colourModel({ version });
    await addModel(home, model, files);
    const env = { ...process.env, CLASSIFYCLOUD_HOME: home };
    await runCommand(
      process.execPath,
      ['--import', 'tsx', program, 'push', model.name, '--stage', STAGE, '--json'],
      { env },
    );
    await until(`an answer by version ${version}`, 60_000, () => isServed(stage, model.name, version));
  }
  expectThat(await isServed(stage, 'colours@1', '1'), 'the version before is not served any more');
}

/** What was pushed stays, whatever is deployed. */
export async function pushedModelStays(stage: Stage): Promise<void> {
  await until('an answer by the pushed model', 60_000, () => isServed(stage, 'colours', '2'));
}

async function isServed({ http, key, imageUrl }: Stage, model: string, version: string): Promise<boolean> {
  const query = new URLSearchParams({ imageUrl, model, topK: '1' });
  const response = await fetch(`${http}/classify?${query}`, { headers: { authorization: `Bearer ${key}` } });
  const body = await response.text();
  // Functions go by what they read a moment ago.
  if (response.status === 404) return false;
  expectThat(response.status === 200, `a GET with model=${model} was answered ${response.status}: ${body}`);
  return resultMessage.parse(JSON.parse(body)).model.version === version;
}

async function listed({ http }: Stage) {
  const response = await fetch(`${http}/models`);
  const body = await response.text();
  expectThat(response.status === 200, `GET /models was answered ${response.status}: ${body}`);
  return modelsAnswer.parse(JSON.parse(body));
}
