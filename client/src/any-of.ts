const sources = new WeakMap<AbortSignal, AbortSignal[]>();

/**
 * A signal of its own that ends with the first of those that are given. It keeps them: Node 20 collects an
 * `AbortSignal.timeout` that nobody else holds, and it would never end anything (nodejs/node#57736).
 */
export function anyOf(...signals: (AbortSignal | null | undefined)[]): AbortSignal {
  const given = signals.filter((signal) => !!signal);
  const any = AbortSignal.any(given);
  sources.set(any, given);
  return any;
}
