/** A signal of its own that ends with the first of those that are given. */
export const anyOf = (...signals: (AbortSignal | null | undefined)[]): AbortSignal =>
  AbortSignal.any(signals.filter((signal) => !!signal));
