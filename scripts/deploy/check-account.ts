import {
  DescribeAvailabilityZonesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  EC2Client,
  type InstanceTypeInfo,
} from '@aws-sdk/client-ec2';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Config } from '../../shared/config.ts';
import { type Account, DeploymentError } from './account.ts';
import { problemsOf } from './account-problems.ts';

/** `INSTANCE_TYPES` with the launch template's. */
export type Fleet = Config<'MAX_WORKERS' | 'INSTANCE_TYPES' | 'WORKER_MARKET' | 'WORKER_ARCHITECTURE'>;

/** The template has a subnet in each of a region's first two zones (infra/network.yml). */
const ZONES = 2;
/** Quotas on vCPUs of the standard families (A, C, D, H, I, M, R, T, Z). */
const VCPU_QUOTA = { 'on-demand': 'L-1216C47A', spot: 'L-34B43A08' } as const;

/**
 * Looks before anything is created whether the account can run what is to be deployed: its credentials, the instance
 * types, and how many vCPUs it may run.
 *
 * @param warn told what could not be looked at, for want of a permission, say; it may yet be right
 * @throws {DeploymentError} with all that is wrong, a line each
 */
export async function checkAccount(
  account: Account,
  fleet: Fleet,
  warn: (text: string) => void,
): Promise<void> {
  await checkCredentials(account);
  const names = fleet.INSTANCE_TYPES;
  const attempt = async <T>(what: string, look: Promise<T>): Promise<T | undefined> => {
    try {
      return await look;
    } catch (error) {
      warn(`${what} could not be checked: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  };
  const [types, offered, quota] = await Promise.all([
    attempt('The instance types', describeTypes(account, names)),
    attempt('Which zones have the instance types', offeredTypes(account, names)),
    attempt('The quota of vCPUs', vcpuQuota(account, fleet.WORKER_MARKET)),
  ]);
  const problems = problemsOf({ region: account.region, types, offered, quota, fleet });
  if (problems.length > 0) throw new DeploymentError(problems.join('\n'));
}

async function checkCredentials(account: Account): Promise<void> {
  const sts = new STSClient(account);
  try {
    await sts.send(new GetCallerIdentityCommand({}));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DeploymentError(
      `AWS takes no credentials from here (${why}). Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`,
      { cause },
    );
  } finally {
    sts.destroy();
  }
}

/** Those that the region has. One unknown name fails the call for all, so each is asked for by itself. */
async function describeTypes(account: Account, names: Fleet['INSTANCE_TYPES']): Promise<InstanceTypeInfo[]> {
  const ec2 = new EC2Client(account);
  try {
    const found = names.map(async (name) => {
      try {
        const { InstanceTypes = [] } = await ec2.send(
          new DescribeInstanceTypesCommand({ InstanceTypes: [name] }),
        );
        return InstanceTypes;
      } catch (error) {
        if (error instanceof Error && error.name === 'InvalidInstanceType') return [];
        throw error;
      }
    });
    return (await Promise.all(found)).flat();
  } finally {
    ec2.destroy();
  }
}

/** Which of the types the zones of our subnets have. */
async function offeredTypes(account: Account, names: Fleet['INSTANCE_TYPES']): Promise<string[]> {
  const ec2 = new EC2Client(account);
  try {
    const { AvailabilityZones = [] } = await ec2.send(new DescribeAvailabilityZonesCommand({}));
    const zones = AvailabilityZones.flatMap(({ ZoneName }) => ZoneName ?? [])
      .sort()
      .slice(0, ZONES);
    const { InstanceTypeOfferings = [] } = await ec2.send(
      new DescribeInstanceTypeOfferingsCommand({
        LocationType: 'availability-zone',
        Filters: [
          { Name: 'instance-type', Values: [...names] },
          { Name: 'location', Values: zones },
        ],
      }),
    );
    return [...new Set(InstanceTypeOfferings.flatMap(({ InstanceType }) => InstanceType ?? []))];
  } finally {
    ec2.destroy();
  }
}

async function vcpuQuota(account: Account, market: Fleet['WORKER_MARKET']): Promise<number | undefined> {
  const quotas = new ServiceQuotasClient(account);
  try {
    const { Quota } = await quotas.send(
      new GetServiceQuotaCommand({ ServiceCode: 'ec2', QuotaCode: VCPU_QUOTA[market] }),
    );
    return Quota?.Value;
  } finally {
    quotas.destroy();
  }
}
