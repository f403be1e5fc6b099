import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { getSchemaSerdePlugin } from '@smithy/core/schema';
import { once } from './once.ts';

// The one place that makes AWS clients. Region, credentials and AWS_ENDPOINT_URL come from the environment,
// as the SDK reads it. A client is made at first use, and once; the annotation lets a bundle leave out those it never asks
// for.

/** The SDK sets no limit of its own: a connection that went dead silently would hold its caller for ever. In ms. */
const limits = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };
/**
 * Beyond so many calls at once some would wait for a socket; the SDK counts that as connecting, and gives up at its limit.
 * Its own 50 are few for a hundred ids resumed at once, and for stage local, whose functions share these clients.
 */
const sockets = { maxSockets: 500 };
const requestHandler = { ...limits, httpAgent: sockets, httpsAgent: sockets };

// The middleware of these never changes: kept, a call takes a tenth less of the processor's time.
const cacheMiddleware = true;

/** Its own steps that serve its log and its telemetry: of no use here, and a tenth of a call's time. */
const UNUSED_STEPS = ['loggerMiddleware', 'getUserAgentMiddleware'];

/** What the SDK adds to its settings at each call. */
const OF_A_CALL = [
  'clientName',
  'commandName',
  'inputFilterSensitiveLog',
  'outputFilterSensitiveLog',
  '__smithy_context',
  '__aws_sdk_context',
  '__retryLongPoll',
  'endpointV2',
  'authSchemes',
  'signing_region',
  'signing_service',
];
const NOTHING_YET = Object.fromEntries(OF_A_CALL.map((name) => [name, undefined]));

interface Client<S, I extends object> {
  middlewareStack: {
    remove(name: string): boolean;
    use(plugin: ReturnType<typeof getSchemaSerdePlugin<I>>): void;
  };
  config: Parameters<typeof getSchemaSerdePlugin>[0] & { signer(): Promise<S> };
}

function lean<S, I extends object, C>(client: C & Client<S, I>): C {
  for (const name of UNUSED_STEPS) client.middlewareStack.remove(name);
  // It would be made anew for each call, from a copy of all settings. The credentials are asked for at each call all the same.
  client.config.signer = once(client.config.signer);
  // Each call copies the settings three times, and adds to two of the copies. V8 is some fifty times as fast at it where the
  // object was itself made by a copy, and has a place for what is added: that is a fifth of a call's time. Whatever changes
  // the settings later, as `followRegionRedirects` does, would change one of two objects.
  const config = { ...{ ...NOTHING_YET, ...client.config } };
  client.middlewareStack.use(getSchemaSerdePlugin(config));
  return Object.assign(client, { config });
}

// Bodies come over TLS: a checksum of each says nothing more.
const md5 = false;

export const sqs = /* @__PURE__ */ once(() => lean(new SQSClient({ requestHandler, cacheMiddleware, md5 })));
/**
 * For receiving: such a call waits by design, and names its own `requestTimeout`. On a client of its own, since options
 * of one call make a client forget the middleware that it kept.
 */
export const sqsPolls = /* @__PURE__ */ once(() => lean(new SQSClient({ requestHandler, md5 })));
// Its calls share one small bucket of the account: who calls tries again in its own time, later than the SDK would.
export const ec2 = /* @__PURE__ */ once(
  () => new EC2Client({ maxAttempts: 1, requestHandler: { ...requestHandler, requestTimeout: 20_000 } }),
);
export const cloudWatchLogs = /* @__PURE__ */ once(() => new CloudWatchLogsClient({ requestHandler }));
export const ssm = /* @__PURE__ */ once(() => new SSMClient({ requestHandler, cacheMiddleware }));
// Bodies are small and sent over TLS: a checksum beside the ETag would only turn them into aws-chunked streams.
export const s3 = /* @__PURE__ */ once(() =>
  lean(
    new S3Client({
      requestHandler,
      cacheMiddleware,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    }),
  ),
);

const webSocketApis = new Map<string, ApiGatewayManagementApiClient>();
/** The client that pushes to the sockets of the WebSocket API at `endpoint`. */
export function webSocketApi(endpoint: string): ApiGatewayManagementApiClient {
  const known = webSocketApis.get(endpoint);
  if (known) return known;
  const client = lean(new ApiGatewayManagementApiClient({ endpoint, requestHandler, cacheMiddleware }));
  webSocketApis.set(endpoint, client);
  return client;
}
