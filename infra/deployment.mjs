import { join } from 'node:path';
import { tsImport } from 'tsx/esm/api';

/**
 * What a real stage takes beside its CloudFormation stack. At `deploy`: the account is checked, the workers' bundle is
 * built and put into the deployment bucket, the launch template is pointed at it, and the functions' cold starts are
 * measured for the report. Before `remove`: the load balancer is switched off, its fleet ended, and the buckets emptied.
 * `package` needs none of it, no network and no credentials.
 */
export default class DeploymentPlugin {
  constructor(serverless, _options, { log, progress }) {
    const aws = serverless.getProvider('aws');
    const load = () => tsImport('../scripts/deploy/deployment.ts', import.meta.url);
    const inWords = async (act) => {
      try {
        return await act();
      } catch (error) {
        // Thrown on purpose, for the user: everything else keeps its stack.
        const told = [
          'DeploymentError',
          'ConfigError',
          'PackageError',
          'ModelError',
          'WeightsUnavailableError',
          'WeightsCorruptError',
        ];
        throw told.includes(error.name) ? new serverless.classes.Error(error.message) : error;
      }
    };
    const surroundings = async () => {
      const { region, credentials } = await aws.getAwsSdkV3Config();
      return {
        account: { region, credentials },
        stage: aws.getStage(),
        stackName: aws.naming.getStackName(),
        progress: (text) => progress.get('main').notice(text),
        warn: (text) => log.warning(text),
      };
    };
    const bucket = () => aws.getServerlessDeploymentBucketName();
    let deployment;
    const measureStarts = async () => {
      const { service, serviceDir, processedInput } = serverless;
      if (processedInput.commands[0] !== 'deploy') return;
      progress.get('main').notice('Measuring cold starts');
      const { measureColdStarts } = await tsImport('../scripts/deploy/cold-starts.ts', import.meta.url);
      const functions = Object.entries(service.functions).map(([name, { handler }]) => ({ name, handler }));
      // Where serverless-esbuild has its bundles until it has packed them.
      const folder = join(serviceDir, '.esbuild', '.build');
      const times = await measureColdStarts(functions, folder, service.provider.environment.NODE_OPTIONS);
      const lines = [...times].map(([name, ms]) => `${name}: ${ms.toFixed(0)} ms`);
      serverless.addServiceOutputSection('cold starts, on this machine', lines);
    };
    this.hooks = {
      'after:package:createDeploymentArtifacts': measureStarts,
      'before:deploy:deploy': () =>
        inWords(async () => {
          const { Deployment } = await load();
          // Looked up now: what was packaged is read again before it is deployed.
          const template = serverless.service.provider.compiledCloudFormationTemplate;
          deployment = new Deployment(await surroundings(), template);
          await deployment.check();
        }),
      'before:aws:deploy:deploy:createStack': () => inWords(() => deployment.build()),
      'after:aws:deploy:deploy:createStack': () => inWords(async () => deployment.upload(await bucket())),
      'after:aws:deploy:finalize:cleanup': () =>
        inWords(async () => {
          await deployment.finish(await bucket());
          serverless.addServiceOutputSection('workers', deployment.report());
        }),
      'before:remove:remove': () =>
        inWords(async () => {
          const { takeDown } = await load();
          await takeDown(await surroundings());
        }),
    };
  }
}
