import { paginateGetParametersByPath, SSMClient } from '@aws-sdk/client-ssm';

/**
 * Refuses to deploy a stage that nobody could use, or that everybody could by oversight: one with no API key, unless
 * `auth: open` is said. Packaging asks for nothing.
 */
export default class RequireKey {
  constructor(serverless) {
    this.hooks = {
      'before:deploy:deploy': async () => {
        const provider = serverless.getProvider('aws');
        const stage = provider.getStage();
        const auth = serverless.service.functions.authorize.environment.AUTH;
        const refuse = (why) => {
          throw new serverless.classes.Error(why, 'NO_ACCESS_CONFIGURED');
        };
        if (auth === 'open') return;
        if (auth !== 'keys') refuse(`auth: ${auth} is unknown; it is "keys" or "open"`);
        const client = new SSMClient(await provider.getAwsSdkV3Config());
        const keyed = await hasKey(client, `/${serverless.service.service}/${stage}/keys`).catch((error) =>
          refuse(
            `AWS did not tell whether stage ${stage} has an API key (${error.name}: ${error.message}), so nothing was ` +
              'deployed. Check the credentials with "aws sts get-caller-identity".',
          ),
        );
        if (keyed) return;
        refuse(
          `Stage ${stage} has no API key, so nobody could use it. Make one, and deploy again:\n` +
            `  npm run keys -- create NAME --stage ${stage} --region ${provider.getRegion()}\n` +
            'Or let everybody use it, at your cost: serverless deploy --param="auth=open"',
        );
      },
    };
  }
}

async function hasKey(client, Path) {
  for await (const { Parameters = [] } of paginateGetParametersByPath({ client }, { Path }))
    if (Parameters.length > 0) return true;
  return false;
}
