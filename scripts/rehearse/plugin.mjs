/**
 * Stage `rehearse` only: makes of the compiled template one that MiniStack 1.5.33 accepts.
 */

/** Plumbing that its data plane does without: it serves the routes as they are, and sends any handler's answer back. */
const UNKNOWN = new Set([
  'AWS::ApiGatewayV2::Deployment',
  'AWS::ApiGatewayV2::IntegrationResponse',
  'AWS::ApiGatewayV2::RouteResponse',
]);

export default class RehearsalPlugin {
  constructor(serverless) {
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () =>
        adapt(serverless.service.provider.compiledCloudFormationTemplate),
    };
  }
}

/** They refuse what comes without TLS; MiniStack is called without. */
const isTlsOnly = ({ Properties }) => JSON.stringify(Properties ?? {}).includes('aws:SecureTransport');

function adapt(template) {
  const { Resources } = template;
  const dropped = new Set(
    Object.keys(Resources).filter((id) => UNKNOWN.has(Resources[id].Type) || isTlsOnly(Resources[id])),
  );
  for (const id of dropped) delete Resources[id];
  for (const resource of Object.values(Resources)) {
    const { Type, Properties = {}, DependsOn } = resource;
    if (DependsOn) resource.DependsOn = [DependsOn].flat().filter((id) => !dropped.has(id));
    if (Type === 'AWS::ApiGatewayV2::Stage' && dropped.has(Properties.DeploymentId?.Ref)) {
      delete Properties.DeploymentId;
      Properties.AutoDeploy = true;
    }
    if (Type === 'AWS::IAM::Role')
      for (const policy of Properties.Policies ?? []) loosen(policy.PolicyDocument);
    // Where it serves the WebSocket API, and pushes to its sockets.
    if (Type === 'AWS::Lambda::Function' && Properties.Environment?.Variables?.WEBSOCKET_ENDPOINT)
      Properties.Environment.Variables.WEBSOCKET_ENDPOINT = {
        'Fn::Sub': `${process.env.AWS_ENDPOINT_URL}/_aws/execute-api/\${WebsocketsApi}/rehearse`,
      };
    // It knows no metric math. Nobody waits for these alarms there, so each watches the first of its metrics.
    if (Type === 'AWS::CloudWatch::Alarm' && Properties.Metrics) {
      const { Metric, Stat, Period } = Properties.Metrics.find(({ MetricStat }) => MetricStat).MetricStat;
      delete Properties.Metrics;
      Object.assign(Properties, { ...Metric, Statistic: Stat, Period });
    }
    // Its data plane reads these in camel case.
    if (Type === 'AWS::ApiGatewayV2::Api' && Properties.CorsConfiguration)
      Properties.CorsConfiguration = Object.fromEntries(
        Object.entries(Properties.CorsConfiguration).map(([key, value]) => [
          key[0].toLowerCase() + key.slice(1),
          value,
        ]),
      );
  }
  const text = JSON.stringify(template);
  for (const id of dropped)
    if (text.includes(`"${id}"`)) throw new Error(`stage rehearse: something still refers to ${id}`);
}

/**
 * Of these calls MiniStack's IAM does not tell the resource, but `*`, and knows no condition: that a role may make them is
 * enforced, and on what it may is not.
 */
const WITHOUT_RESOURCE = /^(ec2:.*|ssm:GetParametersByPath)$/;

/** SQS judges a batch by the right to do one; MiniStack takes it for an action of its own. */
const BATCHED = new Set(['sqs:SendMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility']);

function loosen({ Statement }) {
  for (const statement of Statement) {
    const actions = [statement.Action].flat();
    statement.Action = actions.flatMap((action) =>
      BATCHED.has(action) ? [action, `${action}Batch`] : action,
    );
    if (!actions.every((action) => WITHOUT_RESOURCE.test(action))) continue;
    statement.Resource = '*';
    delete statement.Condition;
  }
}
