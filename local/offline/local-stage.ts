import { s3 } from '../../shared/aws.ts';
import { swapJson } from '../../shared/bucket.ts';
import { SERVED_CATALOGUE_KEY } from '../../shared/models.ts';
import { storeSample } from '../../shared/sample.ts';
import { startEventSource } from './event-source.ts';
import { fitFunctions } from './fit-functions.ts';
import { functionsOf } from './functions.ts';
import { endWithLauncher, tellLauncher } from './launcher.ts';
import { provision } from './provision.ts';
import { startSchedule } from './schedule.ts';
import { parseService, type Serverless } from './service.ts';
import { limitWebSockets } from './web-socket-limits.ts';

/** A stage whose resources are there. */
export interface LocalStage {
  /** Once serverless-offline listens: feeds push-results, runs the load balancer, and tells the launcher. */
  start(): Promise<void>;
  /** Ends the polling of queues; resolves when the last batch is done. */
  stop(): Promise<void>;
}

/** What the framework adds to the template of a real stage. */
const FRAMEWORKS_OWN = { ServerlessDeploymentBucket: { Type: 'AWS::S3::Bucket', Properties: {} } };

/** Before serverless-offline reads the service: makes its resources, and fits its functions to them. */
export async function prepareLocalStage(serverless: Serverless): Promise<LocalStage> {
  requireEmbeddedCloud(process.env.AWS_ENDPOINT_URL);
  endWithLauncher();
  limitWebSockets();
  // serverless-offline writes a function's whole environment at each call. To the system, as Node.js does, takes thirty
  // times as long as into an object.
  process.env = { ...process.env };
  const service = parseService(serverless);
  const { Resources, Parameters } = service.resources;
  const lookUp = await provision({ ...FRAMEWORKS_OWN, ...Resources }, 'classifycloud-local', Parameters);
  // What the launcher has found in the home of the models.
  const { SAMPLE, CATALOGUE } = process.env;
  if (SAMPLE) await storeSample(s3(), lookUp('Bucket'), SAMPLE);
  if (CATALOGUE) await swapJson(lookUp('Bucket'), SERVED_CATALOGUE_KEY, JSON.parse(CATALOGUE), undefined);
  const triggers = fitFunctions(serverless, service, lookUp);
  const stops: (() => unknown)[] = [];
  return {
    async start() {
      const invoke = functionsOf(serverless);
      for (const trigger of triggers) {
        const run = (event: unknown) => invoke(trigger.functionKey, event);
        if (trigger.kind === 'schedule') stops.push(startSchedule(trigger.rate, run));
        else stops.push(await startEventSource({ ...trigger, invoke: run }));
      }
      tellLauncher(lookUp);
    },
    async stop() {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}

/** Without this, the SDK would make the queues and the bucket on AWS itself, with whatever credentials it finds. */
function requireEmbeddedCloud(endpoint = ''): void {
  if (/^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+\/?$/.test(endpoint)) return;
  throw new Error(
    `stage local needs the embedded cloud (AWS_ENDPOINT_URL=${endpoint}): start it by npm start`,
  );
}
