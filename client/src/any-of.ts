/**
 * A signal of its own that ends with the first of those that are given. It keeps them: Node 20 collects an
 * `AbortSignal.timeout` that nobody else holds, and it would never end anything (nodejs/node#57736).
 */
export function anyOf(...signals: (AbortSignal | null | undefined)[]): AbortSignal {
  const sources = signals.filter((signal) => !!signal);
  return Object.assign(AbortSignal.any(sources), { sources });
}
