import type { Command } from 'commander';

/** What names a stage on an operator's command line. */
export interface StageOptions {
  stage: string;
  region?: string;
  endpoint?: string;
}

const LOCAL = 'local';

/** Adds the options that say which stage a command is about. */
export const withStage = (command: Command): Command =>
  command
    .option('--stage <name>', 'stage to work on', LOCAL)
    .option('--region <name>', 'its AWS region (default: AWS_REGION, or us-east-1)')
    .option(
      '--endpoint <url>',
      'address of its AWS services (default, on stage local: 127.0.0.1:AWS_PORT, or 4566)',
    );

/**
 * Points the AWS clients at the stage that a command names: the one that `npm start` runs, or a deployed one with the
 * operator's own credentials. To be called before the first of them is used.
 * @returns the stage's name
 */
export function chooseStage({ stage, region, endpoint }: StageOptions, env = process.env): string {
  const local = stage === LOCAL;
  const url = endpoint ?? (local ? `http://127.0.0.1:${env.AWS_PORT || 4566}` : undefined);
  // The embedded cloud takes any credentials; those of a person need not be shown to it.
  if (local) Object.assign(env, { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
  // The AWS SDK's word about Node 20 is for developers.
  env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  // Where serverless.yml deploys it to: a profile's region is not asked there either.
  env.AWS_REGION = region || (!local && env.AWS_REGION) || 'us-east-1';
  if (url) env.AWS_ENDPOINT_URL = url;
  return stage;
}

/** Runs an operator's command: what goes wrong is told in a line or two, and in the exit code. */
export async function runCommand(command: Command, argv = process.argv): Promise<void> {
  try {
    await command.parseAsync(argv);
  } catch (error) {
    process.exitCode = 1;
    console.error(error instanceof Error ? inWords(error) : error);
  }
}

/** Whether nobody listens where a stage was looked for. */
export const nobodyListens = (error: Error): boolean =>
  /ECONNREFUSED/.test([error, ...causesOf(error)].join());

const causesOf = (error: Error): string[] =>
  error instanceof AggregateError ? error.errors.map(String) : [];

function inWords(error: Error): string {
  const text = error.message || causesOf(error).join('; ') || error.name;
  return nobodyListens(error)
    ? `${text}\nNothing answers there. Is the service running? Start it with: npm start`
    : text;
}
