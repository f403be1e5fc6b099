import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { Machine } from './ec2/instance.ts';
import { METADATA_PATH } from './ec2/metadata.ts';
import { type Ec2Faults, Ec2Service } from './ec2/service.ts';
import type { Tags } from './ec2/tags.ts';
import { writeReply } from './http-reply.ts';
import { BodyTooLargeError, readBody } from './request-body.ts';
import { S3Service } from './s3/service.ts';
import { SqsService } from './sqs/service.ts';
import { SSM_TARGET, SsmService } from './ssm/service.ts';

export type { Machine } from './ec2/instance.ts';

/** Takes one line of the endpoint's log. */
export type Log = (event: string, fields: Readonly<Record<string, unknown>>) => void;

/** How the endpoint is set up. */
export interface AwsEndpointOptions {
  /** Port on 127.0.0.1; 0 takes any that is free. */
  readonly port: number;
  /** Starts the process of a machine that has booted; if it throws, the machine is terminated. */
  readonly launch: (machine: Machine) => ChildProcess;
  readonly log?: Log;
  /** Milliseconds that a machine is `pending`, asked for each; none by default. */
  readonly bootDelayMs?: () => number;
  /** Machines that may be pending or running at once; no limit by default. */
  readonly instanceLimit?: number;
  /** What is to go wrong at EC2. */
  readonly ec2Faults?: Ec2Faults;
}

/** A running endpoint. */
export interface AwsEndpoint {
  readonly url: string;
  readonly port: number;
  /** Gives a Spot machine notice, as EC2 does two minutes before it takes it back. */
  interrupt(instanceId: string, noticeMs?: number): void;
  /** The tags of each machine that runs. */
  tagsOfRunning(): Readonly<Tags>[];
  /** Kills the machines that still run and closes every connection, within a second. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const KEEP_ALIVE_MS = 65_000;
/** As on EC2. */
const SPOT_NOTICE_MS = 120_000;
/** How long to wait for killed processes to be gone. */
const KILL_PATIENCE_MS = 500;

/**
 * Starts SQS, S3, EC2 and SSM on one port, for clients made by the AWS SDK. Nothing outlives `stop`.
 * @throws Error plain from Node, e.g. with code `EADDRINUSE`
 */
export async function startAwsEndpoint(options: AwsEndpointOptions): Promise<AwsEndpoint> {
  const log = options.log ?? (() => {});
  const bootDelayMs = options.bootDelayMs ?? (() => 0);
  const boot = { launch: options.launch, bootDelayMs, log };
  const sqs = new SqsService();
  const s3 = new S3Service();
  const ssm = new SsmService();
  const ec2 = new Ec2Service(boot, options.instanceLimit ?? Number.POSITIVE_INFINITY, options.ec2Faults);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request;
    const body = await readBody(request);
    const target = headers['x-amz-target'];
    if (typeof target === 'string' && target.startsWith(SSM_TARGET)) {
      writeReply(response, ssm.handle(target, body));
    } else if (typeof target === 'string') {
      await sqs.handle(target, body, `http://${headers.host ?? new URL(endpointUrl).host}`, response);
    } else if (method === 'POST' && isForm(headers['content-type'])) {
      writeReply(response, ec2.handle(body));
    } else if (url.startsWith(METADATA_PATH)) {
      writeReply(response, ec2.metadata(method, url, headers['x-aws-ec2-metadata-token']));
    } else if (url === '/_local/health') {
      writeReply(response, { status: 200, body: 'ok\n' });
    } else {
      writeReply(response, s3.handle(method, url, headers, body));
    }
  }

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return;
      if (error instanceof BodyTooLargeError) {
        writeReply(response, { status: 413, headers: { connection: 'close' }, body: error.message });
        return;
      }
      log('aws-endpoint-error', { method: request.method, url: request.url, error: String(error) });
      if (!response.headersSent) writeReply(response, { status: 500, body: String(error) });
    });
  });
  server.listen(options.port, HOST);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The endpoint has no port.');
  const { port } = address;
  const endpointUrl = `http://${HOST}:${port}`;

  const stop = async () => {
    const closed = server.listening ? once(server, 'close') : undefined;
    server.close();
    // First the connections: a machine that is ordered now would outlive the others.
    server.closeAllConnections();
    sqs.stop();
    await Promise.race([ec2.stop(), setTimeout(KILL_PATIENCE_MS, undefined, { ref: false })]);
    await closed;
  };
  const interrupt = (id: string, noticeMs = SPOT_NOTICE_MS) => ec2.instance(id).interrupt(noticeMs);
  return { url: endpointUrl, port, interrupt, tagsOfRunning: () => ec2.tagsOfRunning(), stop };
}

function isForm(contentType: string | undefined): boolean {
  return contentType?.startsWith('application/x-www-form-urlencoded') === true;
}
