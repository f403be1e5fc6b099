import { fileURLToPath } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { type Config, readConfig, SETTINGS } from '../../shared/config.ts';
import type { ServedCatalogue } from '../../shared/models.ts';
import { storeSample } from '../../shared/sample.ts';
import { defaultHome } from '../../worker/models/default-home.ts';
import { ensureModel } from '../../worker/models/ensure-model.ts';
import type { ModelFolder } from '../../worker/models/manifest.ts';
import { type Account, DeploymentError } from './account.ts';
import type { Archive } from './archive.ts';
import { emptyBucket, pruneBundles, removeBundles, storeBundle } from './bundle-store.ts';
import { checkAccount } from './check-account.ts';
import { endFleet, switchOff } from './end-fleet.ts';
import { removeImages } from './images.ts';
import { manifestsToServe, prepareModels, publishModels, usualOf } from './models.ts';
import { readStack } from './stack.ts';
import { buildWorkerBundle } from './worker-bundle.ts';

const bundles = fileURLToPath(new URL('../../.build/workers', import.meta.url));
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

/** What osls knows of the stage, and how it talks to its user. */
export interface Surroundings {
  readonly account: Account;
  readonly stage: string;
  readonly stackName: string;
  /** What is being done now. */
  progress(text: string): void;
  warn(text: string): void;
}

/** What a deployment has to know of the settings. */
const NAMES = [
  ...(['MIN_WORKERS', 'MAX_WORKERS', 'INSTANCE_TYPES', 'WORKER_MARKET', 'WORKER_ARCHITECTURE'] as const),
  ...(['ENGINE', 'PRECISION', 'CLASSIFYCLOUD_HOME', 'MODELS', 'DEFAULT_MODEL'] as const),
];

/** The workers' part of the compiled template. */
const workerPart = z.object({
  Parameters: z.looseObject({ WorkerBundle: z.looseObject({ Default: z.string() }) }),
  Resources: z.object({
    WorkerTemplate: z.object({
      Properties: z.object({ LaunchTemplateData: z.object({ InstanceType: SETTINGS.INSTANCE_TYPES }) }),
    }),
  }),
});

/** A deployment's own steps, in the order in which infra/deployment.mjs calls them. */
export class Deployment {
  readonly #surroundings: Surroundings;
  readonly #template: object;
  readonly #settings: Config<(typeof NAMES)[number]>;
  #models: readonly ModelFolder[] = [];
  #bundle: Archive | undefined;
  #served: ServedCatalogue | undefined;
  #uploaded = false;

  /** @param template the compiled one; its parameter WorkerBundle is set by `build` */
  constructor(surroundings: Surroundings, template: object) {
    this.#surroundings = surroundings;
    this.#template = template;
    this.#settings = readConfig(NAMES);
  }

  /**
   * Whether the account can run it, before anything is made.
   * @throws {DeploymentError} for what the user can mend
   */
  async check(): Promise<void> {
    const { account, progress, warn } = this.#surroundings;
    if (this.#settings.ENGINE === 'tfjs')
      throw new DeploymentError(
        'ENGINE=tfjs is for one’s own machine: the workers’ bundle has onnxruntime only',
      );
    const { LaunchTemplateData } = workerPart.parse(this.#template).Resources.WorkerTemplate.Properties;
    const types = [...LaunchTemplateData.InstanceType, ...this.#settings.INSTANCE_TYPES];
    await manifestsToServe(this.#settings);
    progress('Checking the account');
    await checkAccount(account, { ...this.#settings, INSTANCE_TYPES: [...new Set(types)] }, warn);
  }

  /** Builds the bundle, and points the template at it. */
  async build(): Promise<void> {
    const { progress } = this.#surroundings;
    this.#models = await prepareModels(this.#settings, progress);
    progress('Building the workers’ bundle');
    this.#bundle = await buildWorkerBundle({
      architecture: this.#settings.WORKER_ARCHITECTURE,
      model: usualOf(this.#models, this.#settings.DEFAULT_MODEL),
      folder: bundles,
    });
    const { Parameters } = workerPart.parse(this.#template);
    const WorkerBundle = { ...Parameters.WorkerBundle, Default: this.#bundle.sha256 };
    Object.assign(this.#template, { Parameters: { ...Parameters, WorkerBundle } });
  }

  /** Once the deployment bucket is there, and before the stack refers to the bundle. */
  async upload(bucket: string): Promise<void> {
    const { account, progress } = this.#surroundings;
    const bundle = this.#prepared();
    progress(`Uploading the workers’ bundle (${megabytes(bundle.bytes)})`);
    const s3 = new S3Client(account);
    this.#uploaded = await storeBundle(s3, bucket, bundle).finally(() => s3.destroy());
  }

  /** Once the stack is updated: the models are published, the last three bundles stay, and the page gets its sample. */
  async finish(bucket: string): Promise<void> {
    const { account, stackName, progress } = this.#surroundings;
    const { PRECISION, CLASSIFYCLOUD_HOME: home = defaultHome() } = this.#settings;
    const stack = await readStack(account, stackName);
    const { sample } = await ensureModel({ home, precision: PRECISION ?? 'int8' });
    const s3 = new S3Client(account);
    try {
      await pruneBundles(s3, bucket, this.#prepared());
      if (stack === undefined) return;
      await storeSample(s3, stack.id('Bucket'), sample);
      progress('Publishing the models');
      this.#served = await publishModels(
        { s3, bucket: stack.id('Bucket') },
        this.#models,
        this.#settings.DEFAULT_MODEL,
      );
    } finally {
      s3.destroy();
    }
  }

  /** What the workers run from now on, and on what: lines for a person. */
  report(): string[] {
    const { sha256, bytes } = this.#prepared();
    const { MIN_WORKERS, MAX_WORKERS, WORKER_MARKET } = this.#settings;
    return [
      `bundle: ${sha256.slice(0, 16)} (${megabytes(bytes)}, ${this.#uploaded ? 'uploaded' : 'was there already'})`,
      `machines: ${this.#types().join(', ')}; ${MIN_WORKERS} to ${MAX_WORKERS}, ${WORKER_MARKET}`,
      `models: ${this.#served?.models.map(({ name, current }) => `${name}@${current}`).join(', ')}; ${this.#served?.default} where a request names none`,
    ];
  }

  /** Those that may be launched: the launch template's, unless others are preferred. */
  #types(): string[] {
    const { INSTANCE_TYPES } = this.#settings;
    const { LaunchTemplateData } = workerPart.parse(this.#template).Resources.WorkerTemplate.Properties;
    return INSTANCE_TYPES.length > 0 ? INSTANCE_TYPES : LaunchTemplateData.InstanceType;
  }

  #prepared(): Archive {
    if (this.#bundle === undefined) throw new Error('the bundle is not built yet');
    return this.#bundle;
  }
}

/**
 * Before a stack is removed: what CloudFormation would leave behind, or stumble over. Nothing where there is no stack.
 * @throws {DeploymentError} for what the user can mend
 */
export async function takeDown({ account, stage, stackName, progress }: Surroundings): Promise<void> {
  const stack = await readStack(account, stackName);
  if (stack === undefined) return;
  progress('Switching the load balancer off');
  await switchOff(account, stack);
  await endFleet(account, stage, (left) => progress(`Ending the workers (${left} left)`));
  await removeImages(account, stage);
  progress('Emptying the buckets');
  const s3 = new S3Client(account);
  try {
    await emptyBucket(s3, stack.id('Bucket'));
    await removeBundles(s3, stack.id('ServerlessDeploymentBucket'));
  } finally {
    s3.destroy();
  }
}
