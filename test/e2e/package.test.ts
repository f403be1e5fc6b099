// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholders look like that
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startAwsEndpoint } from '../../local/aws/endpoint.ts';
import { STAGE } from '../../scripts/costs/workload.ts';
import { METRICS } from '../../shared/emf.ts';
import { ERRORS } from '../../shared/errors.ts';
import { openApi } from '../../shared/specifications/openapi.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const template = z.object({
  Parameters: z.record(z.string(), z.unknown()),
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() }),
  ),
});

let folder: string;
let resources: z.infer<typeof template>['Resources'];
let parameters: z.infer<typeof template>['Parameters'];
/** `sls` as somebody has it who never used AWS: no credentials, no settings, an empty home. */
const sls = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['node_modules/serverless/bin/serverless.js', ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: folder },
  });
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'classifycloud-package-'));
  await sls('package', '--stage', 'dev', '--package', join(folder, 'package'));
  const text = await readFile(join(folder, 'package/cloudformation-template-update-stack.json'), 'utf8');
  ({ Resources: resources, Parameters: parameters } = template.parse(JSON.parse(text)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const ofType = (type: string) => Object.values(resources).filter(({ Type }) => Type === type);
const propertiesOf = (id: string) => resources[id]?.Properties;
const statement = z.looseObject({
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.unknown(),
  Condition: z.unknown().optional(),
});
const policies = z.array(z.object({ PolicyDocument: z.object({ Statement: z.array(z.unknown()) }) }));
const policiesOf = (role: string) =>
  policies.parse(propertiesOf(role)?.Policies).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);

test('a real stage is packaged offline, without credentials, keys or weights', async () => {
  for (const name of ['classify', 'submit', 'await-result', 'push-results', 'tick'])
    expect((await stat(join(folder, `package/${name}.zip`))).size).toBeGreaterThan(1000);
});

test('every function has a role of its own, and none runs on an older Node', () => {
  const functions = ofType('AWS::Lambda::Function');
  expect(functions).toHaveLength(17);
  const roles = functions.map(({ Properties }) => JSON.stringify(Properties?.Role));
  expect(new Set(roles).size).toBe(functions.length);
  for (const { Properties } of functions) expect(Properties?.Runtime).toMatch(/^nodejs2[2-9]/);
});

test('the routes are those of the contract', () => {
  const routes = ofType('AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties?.RouteKey);
  expect(routes.sort()).toEqual(
    [
      ...['$connect', '$disconnect', '$default', 'classify', 'resume', 'ping'],
      ...['GET /classify', 'POST /requests', 'GET /requests/{id}', 'GET /health', 'GET /models'],
      ...['POST /uploads', 'GET /', 'GET /assets/{name}'],
      ...['GET /openapi.json', 'GET /asyncapi.json', 'GET /docs'],
      'GET /samples/labrador.jpg',
    ].sort(),
  );
});

test('the OpenAPI document has every call of the HTTP API, and no other', () => {
  const routes = ofType('AWS::ApiGatewayV2::Route').map(({ Properties }) => String(Properties?.RouteKey));
  const documented = Object.entries(openApi('keys').paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const calls = routes.filter((route) => / \/(?!$|(assets|samples)\/)/.test(route)); // the page is for people
  expect(documented.sort()).toEqual(calls.sort());
});

test('whoever comes is asked for a key first: on the handshake, and on every route of the HTTP API but those for all', () => {
  const authorizers = Object.entries(resources).filter(([, { Type }]) => /V2::Authorizer$/.test(Type));
  expect(authorizers).toHaveLength(2);
  // With an identity source API Gateway refuses who lacks it, before the function runs: a browser, on an open stage.
  for (const [, { Properties }] of authorizers)
    expect(Properties).toMatchObject({ AuthorizerType: 'REQUEST', IdentitySource: [] });
  const http = authorizers.find(([id]) => id.startsWith('HttpApi'))?.[1].Properties;
  expect(http).toMatchObject({ AuthorizerResultTtlInSeconds: 0, EnableSimpleResponses: true });

  const ids = authorizers.map(([id]) => id);
  const documents = ['GET /openapi.json', 'GET /asyncapi.json', 'GET /docs'];
  const page = ['GET /', 'GET /assets/{name}', 'GET /samples/labrador.jpg'];
  const forAll = ['GET /health', 'GET /models', ...page, ...documents];
  for (const { Properties } of ofType('AWS::ApiGatewayV2::Route')) {
    const { RouteKey, AuthorizationType, AuthorizerId } = Properties ?? {};
    const ofHttp = / \//.test(String(RouteKey));
    if (forAll.includes(String(RouteKey)) || !(ofHttp || RouteKey === '$connect')) continue;
    expect([RouteKey, AuthorizationType]).toEqual([RouteKey, 'CUSTOM']);
    expect(ids).toContain(z.object({ Ref: z.string() }).parse(AuthorizerId).Ref);
  }
  const { Properties: authorize } = resources.AuthorizeLambdaFunction ?? {};
  expect(authorize).toMatchObject({ Environment: { Variables: { AUTH: 'keys', STAGE: 'dev' } } });
});

test('a flood is bounded for the whole stage', () => {
  const stages = ofType('AWS::ApiGatewayV2::Stage');
  expect(stages).toHaveLength(2);
  for (const { Properties } of stages)
    expect(Properties?.DefaultRouteSettings).toEqual({
      ThrottlingRateLimit: '500',
      ThrottlingBurstLimit: '1000',
    });
});

test('a stage without a key is not deployed, and nothing of it made; with one, or said to be open, it is', async () => {
  const cloud = await startAwsEndpoint({ port: 0, launch: () => expect.fail('no machine is launched here') });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const env = {
    ...{ PATH: process.env.PATH, HOME: folder, AWS_ENDPOINT_URL: cloud.url, AWS_REGION: 'us-east-1' },
    ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
  };
  const run = (...args: string[]) => promisify(execFile)(process.execPath, args, { cwd: root, env });
  const packaged = ['--stage', 'dev', '--package', join(folder, 'package')];
  const refusal = await run('node_modules/serverless/bin/serverless.js', 'deploy', ...packaged).then(
    () => expect.fail('it was deployed'),
    (error) => String(error.stdout + error.stderr),
  );
  expect(refusal).toContain('Stage dev has no API key');
  expect(refusal).toContain('npm run keys -- create NAME --stage dev --region us-east-1');

  /** Runs the hook alone, for a deployment takes its time. */
  const { default: RequireKey } = await import(new URL('../../infra/require-key.mjs', import.meta.url).href);
  const check = (AUTH: string): Promise<void> => {
    const provider = {
      getStage: () => 'dev',
      getRegion: () => 'us-east-1',
      getAwsSdkV3Config: async () => ({ region: 'us-east-1', endpoint: cloud.url, credentials }),
    };
    const functions = { authorize: { environment: { AUTH } } };
    const service = { service: 'classifycloud', functions };
    return new RequireKey({ getProvider: () => provider, service, classes: { Error } }).hooks[
      'before:deploy:deploy'
    ]();
  };
  await expect(check('keys')).rejects.toThrow('has no API key');
  await expect(check('Open')).rejects.toThrow('auth: Open is unknown');
  await check('open');
  await run('--import', 'tsx', 'scripts/keys.ts', 'create', 'ann', '--stage', 'dev');
  await check('keys');
  await cloud.stop();
  await expect(check('keys')).rejects.toThrow('AWS did not tell whether stage dev has an API key');
}, 90_000);

test('stage local, which is open to everybody, is never deployed', async () => {
  await expect(sls('deploy', '--stage', 'local')).rejects.toMatchObject({
    stdout: expect.stringContaining('Stage local is for this machine'),
  });
}, 60_000);

test('the queues keep messages as long as the contract promises', () => {
  expect(propertiesOf('RequestQueue')).toMatchObject({
    VisibilityTimeout: '15',
    MessageRetentionPeriod: 600,
  });
  expect(propertiesOf('ResponseQueue')).toMatchObject({ MessageRetentionPeriod: 3600 });
  expect(propertiesOf('TerminateQueue')).toMatchObject({ MessageRetentionPeriod: 60 });
  expect(propertiesOf('RequestQueue')?.RedrivePolicy).toMatchObject({ maxReceiveCount: 10 });
  // A push that fails comes again each minute for as long as it is kept, and is then parked, not lost.
  expect(propertiesOf('ResponseQueue')?.RedrivePolicy).toMatchObject({ maxReceiveCount: 50 });
  for (const id of ['RequestDeadLetters', 'ResponseDeadLetters'])
    expect(propertiesOf(id)).toMatchObject({ MessageRetentionPeriod: 14 * 86_400 });
});

test('push-results takes ten responses at a time and reports failures one by one', () => {
  expect(ofType('AWS::Lambda::EventSourceMapping')).toMatchObject([
    { Properties: { BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'] } },
  ]);
});

test('the workers’ network has a way out and none in, and nothing in it that costs by the hour', () => {
  const [vpc] = ofType('AWS::EC2::VPC');
  expect(vpc).toBeDefined();
  expect(ofType('AWS::EC2::Subnet')).toHaveLength(2);
  expect(ofType('AWS::EC2::NatGateway')).toEqual([]);
  expect(ofType('AWS::EC2::VPCEndpoint')).toMatchObject([{ Properties: { VpcEndpointType: 'Gateway' } }]);
  for (const { Properties } of ofType('AWS::EC2::SecurityGroup')) {
    expect(Properties).toMatchObject({ VpcId: { Ref: 'Vpc' } });
    expect(Properties).not.toHaveProperty('SecurityGroupIngress');
  }
});

test('a worker may tag itself alone, and the load balancer launch from our template alone', () => {
  const statements = (role: string) => z.array(statement).parse(policiesOf(role));
  const [tagging] = statements('WorkerRole').filter(({ Action }) =>
    [Action].flat().includes('ec2:CreateTags'),
  );
  expect(JSON.stringify(tagging?.Condition)).toContain('instance/${!ec2:InstanceID}');
  expect(JSON.stringify(tagging?.Condition)).toContain('classifycloud:*');
  const [launching] = statements('TickRole').filter(({ Action }) =>
    [Action].flat().includes('ec2:RunInstances'),
  );
  expect(launching?.Condition).toMatchObject({ ArnEquals: { 'ec2:LaunchTemplate': expect.anything() } });
  // Without these two a first Spot machine is refused, in an account that never had one.
  const spot = statements('TickRole').filter(({ Resource }) => /spot/i.test(JSON.stringify(Resource)));
  expect(spot.map(({ Action }) => Action)).toEqual(['ec2:RunInstances', 'iam:CreateServiceLinkedRole']);
  // DescribeInstances knows no narrower resource; nothing else may have all.
  const roles = Object.keys(resources).filter((id) => resources[id]?.Type === 'AWS::IAM::Role');
  const all = roles.flatMap(statements).filter(({ Resource }) => Resource === '*');
  expect(all.map(({ Action }) => Action)).toEqual(['ec2:DescribeInstances']);
});

test('a machine is launched with the stage’s tag alone, from an image that one parameter names', () => {
  const statements = z.array(statement).parse(policiesOf('TickRole'));
  const launching = statements.filter(({ Action }) => Action === 'ec2:RunInstances');
  const ofMachines = launching.filter(({ Resource }) => JSON.stringify(Resource).includes(':instance/'));
  expect(ofMachines).toMatchObject([
    { Condition: { StringEquals: { 'aws:RequestTag/classifycloud:stage': 'dev' } } },
  ]);
  const [reading] = statements.filter(({ Action }) => Action === 'ssm:GetParameters');
  for (const { 'Fn::Sub': arn } of z.array(z.object({ 'Fn::Sub': z.string() })).parse(reading?.Resource))
    expect(arn).toMatch(/:parameter\/aws\/service\/canonical\/ubuntu\/[\w/.-]+$/);
});

test('a fleet may be asked for with all that AWS asks leave for: .ci/lint-policies.py tells what that is', () => {
  const statements = z.array(statement).parse(policiesOf('TickRole'));
  const [asking] = statements.filter(({ Action }) => Action === 'ec2:CreateFleet');
  for (const type of ['fleet', 'instance', 'launch-template', 'subnet', 'volume', 'image'])
    expect(JSON.stringify(asking?.Resource)).toContain(`:${type}/`);
  expect(asking?.Condition).toBeUndefined();
});

test('a function writes into its own log alone', () => {
  const groups = ofType('AWS::Lambda::Function').flatMap(({ Properties }) => {
    const [role] = z
      .object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) })
      .parse(Properties?.Role)['Fn::GetAtt'];
    const logging = z
      .array(statement)
      .parse(policiesOf(role))
      .filter(({ Action }) => [Action].flat().includes('logs:PutLogEvents'));
    return logging.map(({ Resource }) => JSON.stringify(Resource));
  });
  expect(groups).toHaveLength(ofType('AWS::Lambda::Function').length);
  expect(new Set(groups).size).toBe(groups.length);
});

test('uploads are put by presigned URLs and read by workers, under uploads/ alone, and are gone after a day', () => {
  const uploads = { 'Fn::Sub': '${Bucket.Arn}/uploads/*' };
  const withLogs = z.array(statement).parse(policiesOf('UploadRole'));
  const [, ...beside] = withLogs;
  expect(beside).toEqual([{ Effect: 'Allow', Action: 's3:PutObject', Resource: uploads }]);
  const roles = ofType('AWS::IAM::Role').filter((role) => JSON.stringify(role).includes('/uploads/'));
  expect(roles).toHaveLength(2);
  const ofWorker = z.array(statement).parse(policiesOf('WorkerRole'));
  const reading = ofWorker.filter(({ Resource }) => JSON.stringify(Resource).includes('/uploads/'));
  const models = { 'Fn::Sub': '${Bucket.Arn}/models/*' };
  expect(reading).toEqual([{ Effect: 'Allow', Action: 's3:GetObject', Resource: [uploads, models] }]);
  const { LifecycleConfiguration, CorsConfiguration } = propertiesOf('Bucket') ?? {};
  expect(LifecycleConfiguration).toMatchObject({
    Rules: expect.arrayContaining([expect.objectContaining({ Prefix: 'uploads/', ExpirationInDays: 1 })]),
  });
  expect(CorsConfiguration).toMatchObject({
    CorsRules: [{ AllowedOrigins: ['*'], AllowedMethods: ['PUT'] }],
  });
});

test('a machine’s first boot fits into its user data, and takes its bundle from the deployment bucket', () => {
  const [script] = ofType('AWS::EC2::LaunchTemplate').map(({ Properties }) => JSON.stringify(Properties));
  expect(script?.length).toBeLessThan(16_000);
  expect(script).toContain('/${ServerlessDeploymentBucket}/workers/$bundle.tar.gz');
  expect(parameters).toMatchObject({ WorkerBundle: { Type: 'String', Default: '' } });
});

test('a worker machine has no door, ends when it shuts down, and guards its metadata', () => {
  expect(ofType('AWS::EC2::LaunchTemplate')).toMatchObject([
    {
      Properties: {
        LaunchTemplateData: {
          InstanceInitiatedShutdownBehavior: 'terminate',
          MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        },
      },
    },
  ]);
  const [launchTemplate] = ofType('AWS::EC2::LaunchTemplate');
  expect(JSON.stringify(launchTemplate)).not.toContain('KeyName');
  for (const { Properties } of ofType('AWS::EC2::SecurityGroup'))
    expect(Properties?.SecurityGroupIngress ?? []).toEqual([]);
});

test('settings that are wrong or contradict one another stop a real stage, all of them at once', async () => {
  const wrong = {
    ENGINE: 'echo',
    MIN_WORKERS: '9',
    MAX_WORKERS: '2',
    HEARTBEAT_SECONDS: '15',
    SCALING_POLICY: 'magic',
    WORKER_ARCHITECTURE: 'vax',
    INSTANCE_TYPE: 'large',
  };
  const run = promisify(execFile)(
    process.execPath,
    [
      'node_modules/serverless/bin/serverless.js',
      'package',
      '--stage',
      'prod',
      '--package',
      join(folder, 'wrong'),
    ],
    { cwd: root, env: { PATH: process.env.PATH, HOME: folder, ...wrong } },
  );
  const failure = await run.then(
    () => expect.fail('it was packaged'),
    (error) => error,
  );
  expect(failure.code).toBe(1);
  const told = failure.stdout + failure.stderr;
  expect(told).toContain('ENGINE=echo answers without looking at the image; stage prod refuses it');
  expect(told).toContain('MIN_WORKERS=9 is more than MAX_WORKERS=2');
  expect(told).toContain('HEARTBEAT_SECONDS=15: two heartbeats do not fit into VISIBILITY_SECONDS=15');
  expect(told).toContain('SCALING_POLICY=magic');
  expect(told).toContain('WORKER_ARCHITECTURE=vax');
  expect(told).toContain('INSTANCE_TYPE=large: must be types such as c7a.medium');
}, 90_000);

/** The metrics of ours that a part of the template names. */
const metricsNamedIn = (part: unknown) =>
  [...JSON.stringify(part).matchAll(/"MetricName":"(\w+)"/g)].map(([, name = '']) => name);
const isOurs = (name: string) =>
  name in METRICS || (name.startsWith('Errors_') && name.slice('Errors_'.length) in ERRORS);

test('each alarm tells somebody, and each metric of ours that one watches is one that is written', () => {
  const alarms = ofType('AWS::CloudWatch::Alarm');
  expect(alarms.length).toBeGreaterThanOrEqual(8);
  for (const { Properties } of alarms) {
    expect(Properties).toMatchObject({ AlarmActions: [{ Ref: 'AlarmTopic' }] });
    expect(String(Properties?.AlarmDescription)).toMatch(/\.$/);
    const named = metricsNamedIn(Properties);
    if (JSON.stringify(Properties).includes('"ClassifyCloud"'))
      expect(named.filter((name) => !isOurs(name))).toEqual([]);
  }
  // Nobody is written to who was not named.
  expect(parameters).toMatchObject({ AlarmEmail: { Default: '' } });
});

test('the dashboard shows every alarm and metrics that there are, and stays within the free fifty', () => {
  const body = z
    .object({ DashboardBody: z.object({ 'Fn::Sub': z.string() }) })
    .parse(propertiesOf('Dashboard')).DashboardBody['Fn::Sub'];
  const widget = z.object({
    type: z.string(),
    properties: z.object({ metrics: z.array(z.array(z.unknown())).optional() }),
  });
  const { widgets } = z.object({ widgets: z.array(widget) }).parse(JSON.parse(body));
  const metrics = widgets.flatMap(({ properties }) => properties.metrics ?? []);
  expect(metrics.length).toBeLessThanOrEqual(50);
  const ours = widgets.flatMap(({ properties: { metrics = [] } }) => {
    let namespace: unknown;
    return metrics.flatMap(([first, name]) => {
      if (first !== '.' && first !== '...') namespace = first;
      return namespace === 'ClassifyCloud' && first !== '...' ? String(name) : [];
    });
  });
  expect(ours.filter((name) => !isOurs(name))).toEqual([]);
  // All that is counted is to be seen, but for what is an alarm's alone.
  const shown = new Set([...ours, 'FailedBootsInARow']);
  expect(Object.keys(METRICS).filter((name) => !shown.has(name))).toEqual([]);
  const alarms = Object.keys(resources).filter((id) => resources[id]?.Type === 'AWS::CloudWatch::Alarm');
  for (const id of alarms) expect(body).toContain(`"\${${id}.Arn}"`);
});

test('docs/operating.md says of each alarm what to do about it, and of no other', async () => {
  const page = await readFile(join(root, 'docs/operating.md'), 'utf8');
  const alarms = Object.keys(resources).filter((id) => resources[id]?.Type === 'AWS::CloudWatch::Alarm');
  expect([...page.matchAll(/^### (\w+Alarm)$/gm)].map(([, id]) => id).sort()).toEqual(alarms.sort());
});

test('what a stage costs is reckoned from what the template makes', () => {
  const watched = ofType('AWS::CloudWatch::Alarm').flatMap(({ Properties }) => metricsNamedIn(Properties));
  expect(watched).toHaveLength(STAGE.alarmMetrics);
  expect(ofType('AWS::CloudWatch::Dashboard')).toHaveLength(STAGE.dashboards);
  expect(propertiesOf('TickLambdaFunction')).toMatchObject({ MemorySize: STAGE.tickGb * 1024 });
  expect(propertiesOf('ClassifyLambdaFunction')).toMatchObject({ MemorySize: STAGE.functionGb * 1024 });
  expect(JSON.stringify(propertiesOf('WorkerTemplate'))).toContain(`"VolumeSize":${STAGE.diskGb}`);
  for (const { Properties } of ofType('AWS::Logs::LogGroup'))
    expect(Properties).toMatchObject({ RetentionInDays: STAGE.logDays });
  // Lambda's own lines about each invocation are not reckoned with, for there are none.
  for (const { Properties } of ofType('AWS::Lambda::Function'))
    expect(Properties).toMatchObject({ LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN' } });
});
