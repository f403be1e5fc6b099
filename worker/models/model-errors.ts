/** The weights cannot be fetched: no network, no npm, a registry that refuses. The cause is npm's. */
export class WeightsUnavailableError extends Error {
  override readonly name = 'WeightsUnavailableError';
}

/** What was fetched is not what this program was written for: a hash differs. */
export class WeightsCorruptError extends Error {
  override readonly name = 'WeightsCorruptError';
}

/** A model file that the converter cannot read or has no translation for. */
export class ModelFormatError extends Error {
  override readonly name = 'ModelFormatError';
}
