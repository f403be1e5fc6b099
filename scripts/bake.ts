import { Command } from 'commander';
import { DeploymentError } from './deploy/account.ts';
import { bakeImage, imageParameter } from './deploy/images.ts';
import { latestTemplate } from './deploy/launch-template.ts';
import { readStack } from './deploy/stack.ts';
import { runCommand } from './operate/stage.ts';
import { StepProgress } from './step-progress.ts';

// `npm run bake -- --stage NAME`: an image of a machine that has the bundle, for boots that fetch nothing.
const program = new Command('bake')
  .description(
    'Make an AMI that has the workers’ bundle, of a stage that is deployed: its machines boot faster.',
  )
  .requiredOption('--stage <name>', 'the stage')
  .option('--region <name>', 'its AWS region (default: AWS_REGION, or us-east-1)')
  .action(async ({ stage, region = process.env.AWS_REGION || 'us-east-1' }) => {
    process.env.AWS_REGION = region;
    const account = { region };
    const stack = await readStack(account, `classifycloud-${stage}`);
    if (stack === undefined) throw new DeploymentError(`${region} has no stage ${stage}. Deploy it first.`);
    const { userData } = await latestTemplate(stack);
    const progress = new StepProgress(2);
    // The machine would be left behind: a signal ends it first.
    const stopping = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => stopping.abort());
    try {
      const image = await bakeImage({
        account,
        stage,
        launchTemplateId: stack.id('WorkerTemplate'),
        subnetId: stack.id('WorkerSubnetA'),
        userData,
        signal: stopping.signal,
        onStep: (title) => progress.begin(title),
      });
      progress.stop();
      console.log(
        `${image} is named by ${imageParameter(stage)}. To launch workers from it, and from its successors:`,
      );
      console.log(
        `  IMAGE_PARAMETER=${imageParameter(stage)} npm run deploy -- --stage ${stage} --region ${region}`,
      );
    } finally {
      progress.stop();
    }
  });

await runCommand(program);
