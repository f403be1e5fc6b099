/** An answer of 4xx that names its reason as AWS does; `code` is what the SDK shows as `error.name`. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  /**
   * @param code the service's own error code, e.g. `NoSuchKey`
   * @param message what a person reads
   * @param status HTTP status, 3xx to 5xx
   */
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}
