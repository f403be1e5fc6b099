import { DescribeLaunchTemplateVersionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { Stack } from './stack.ts';

/** The launch template that was deployed last, its user data decoded. */
export async function latestTemplate(stack: Stack): Promise<{ version: string; userData: string }> {
  const ec2 = new EC2Client({});
  const { LaunchTemplateVersions: [latest] = [] } = await ec2
    .send(
      new DescribeLaunchTemplateVersionsCommand({
        LaunchTemplateId: stack.id('WorkerTemplate'),
        Versions: ['$Latest'],
      }),
    )
    .finally(() => ec2.destroy());
  const userData = Buffer.from(latest?.LaunchTemplateData?.UserData ?? '', 'base64').toString();
  return { version: String(latest?.VersionNumber), userData };
}
