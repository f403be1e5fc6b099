import { spawn } from 'node:child_process';
import { afterAll, beforeAll, vi } from 'vitest';
import { type AwsEndpoint, type AwsEndpointOptions, startAwsEndpoint } from '../../local/aws/endpoint.ts';

/**
 * Starts the embedded cloud for a test file, and points the SDK at it. Its machines run `sleep`: the test itself speaks
 * for the workers.
 * @param instanceLimit machines that the account may have at once
 */
export function useEmbeddedCloud(instanceLimit?: number, ec2Faults?: AwsEndpointOptions['ec2Faults']): void {
  let endpoint: AwsEndpoint | undefined;
  beforeAll(async () => {
    endpoint = await startAwsEndpoint({
      port: 0,
      launch: () => spawn('sleep', ['600'], { stdio: 'ignore' }),
      ...(instanceLimit !== undefined && { instanceLimit }),
      ...(ec2Faults && { ec2Faults }),
    });
    vi.stubEnv('AWS_ENDPOINT_URL', endpoint.url);
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  });
  afterAll(() => endpoint?.stop());
}
