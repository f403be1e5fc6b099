import type { AwsCredentialIdentityProvider } from '@aws-sdk/types';

/** With what the SDK's clients reach the account that is deployed into: as osls reaches it, by its options and profile. */
export interface Account {
  readonly region: string;
  /** None: those that the SDK finds by itself. */
  readonly credentials?: AwsCredentialIdentityProvider;
}

/** Something that the user can mend; told in its words, without a stack. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
}
