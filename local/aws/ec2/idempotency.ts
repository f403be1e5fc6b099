import { Ec2Error } from './errors.ts';
import type { Parameters } from './query-parameters.ts';

const MAX_TOKENS = 10_000;

/** Remembers what was answered to each client token, so that a repeated request does nothing twice. */
export class Idempotency<T> {
  #answers = new Map<string, { request: string; answer: T }>();

  /**
   * Runs the request, or gives the answer that its token was given before.
   * @throws Ec2Error `IdempotentParameterMismatch` when the token came with other parameters
   */
  once(parameters: Parameters, run: () => T): T {
    const { ClientToken: token, ...rest } = parameters;
    if (typeof token !== 'string' || token === '') return run();
    const request = JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
    const before = this.#answers.get(token);
    if (before === undefined) {
      const answer = run();
      this.#remember(token, { request, answer });
      return answer;
    }
    if (before.request === request) return before.answer;
    throw new Ec2Error(
      'IdempotentParameterMismatch',
      'The client token has already been used with a different set of request parameters.',
    );
  }

  #remember(token: string, made: { request: string; answer: T }): void {
    const [oldest] = this.#answers.keys();
    if (this.#answers.size >= MAX_TOKENS && oldest !== undefined) this.#answers.delete(oldest);
    this.#answers.set(token, made);
  }
}
