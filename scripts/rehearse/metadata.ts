import { once } from 'node:events';
import { createServer } from 'node:http';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod';

/** A machine, as it asks about itself. */
export interface Subject {
  readonly instanceId: string;
  readonly launchedAt: Date;
  /** Of the instance profile's role. */
  readonly roleArn: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface MetadataService {
  /** For AWS_EC2_METADATA_SERVICE_ENDPOINT. */
  readonly endpoint: string;
  stop(): void;
}

const TOKEN = 'rehearsal';
const ROLE = 'worker';
const listening = z.object({ port: z.int() });

/**
 * The instance metadata service of one machine, version 2: what EC2 serves at 169.254.169.254. The credentials are real
 * ones of the worker's role, so that its policies are enforced.
 */
export async function startMetadata(subject: Subject): Promise<MetadataService> {
  const sts = new STSClient({});
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent((request.url ?? '').replace(/^\/latest\//, ''));
    const reply = (status: number, text = '') => response.writeHead(status).end(text);
    if (path === 'api/token') return request.method === 'PUT' ? reply(200, TOKEN) : reply(405);
    if (request.headers['x-aws-ec2-metadata-token'] !== TOKEN) return reply(401);
    try {
      const text = await answer(path, subject, sts);
      return text === undefined ? reply(404) : reply(200, text);
    } catch (error) {
      return reply(500, String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${listening.parse(server.address()).port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
      sts.destroy();
    },
  };
}

async function answer(path: string, subject: Subject, sts: STSClient): Promise<string | undefined> {
  const tag = /^meta-data\/tags\/instance\/(.+)$/.exec(path)?.[1];
  if (tag !== undefined) return subject.tags[tag];
  switch (path) {
    case 'meta-data/instance-id':
      return subject.instanceId;
    case 'meta-data/iam/security-credentials/':
      return ROLE;
    case `meta-data/iam/security-credentials/${ROLE}`:
      return JSON.stringify(await credentialsOf(subject, sts), null, 2);
    case 'dynamic/instance-identity/document': {
      const pendingTime = subject.launchedAt.toISOString();
      return JSON.stringify({ instanceId: subject.instanceId, pendingTime, region: 'us-east-1' }, null, 2);
    }
    default:
      return undefined;
  }
}

async function credentialsOf({ roleArn, instanceId }: Subject, sts: STSClient) {
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: instanceId }),
  );
  return {
    Code: 'Success',
    Type: 'AWS-HMAC',
    AccessKeyId: Credentials?.AccessKeyId,
    SecretAccessKey: Credentials?.SecretAccessKey,
    Token: Credentials?.SessionToken,
    Expiration: Credentials?.Expiration,
    LastUpdated: new Date().toISOString(),
  };
}
