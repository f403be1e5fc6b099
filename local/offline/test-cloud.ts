import { startAwsEndpoint } from '../aws/endpoint.ts';

export interface TestCloud {
  stop(): Promise<void>;
}

/**
 * Starts an embedded cloud for a test, and points the SDK at it by the environment. The clients of shared/aws.ts are
 * made once, at the first use: all tests of a file share a port.
 */
export async function startTestCloud(): Promise<TestCloud> {
  const port = Number(new URL(process.env.AWS_ENDPOINT_URL ?? 'http://127.0.0.1:0').port || 0);
  const cloud = await startAwsEndpoint({
    port,
    launch: () => {
      throw new Error('no machine is launched in this test');
    },
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: cloud.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  return cloud;
}
