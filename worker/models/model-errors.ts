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

/** A model of the catalogue is not there, or not as it says it is; the message is for people. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}

/** The disk that a model is put on is full, or may not be written to: nothing is wrong with the model, and it may pass. */
export class DiskError extends ModelError {}
