import { AwsError } from '../aws-error.ts';

/** An error of EC2 by its code, e.g. `InvalidInstanceID.NotFound`. */
export class Ec2Error extends AwsError {}

/** A value that EC2 would refuse. */
export function invalidValue(message: string): Ec2Error {
  return new Ec2Error('InvalidParameterValue', message);
}
