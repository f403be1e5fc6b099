// Unless this is set before the first session, onnxruntime for Linux and macOS writes an id of the machine to the disk and
// reports it to its maker, with the name and hash of each model. In a thread it counts only where that has `SHARE_ENV`.
// `InferenceSession` is to be had from here alone.
process.env.ORT_DISABLE_TELEMETRY ??= '1';

// biome-ignore lint/style/noRestrictedImports: others are to import it from here
export { InferenceSession, Tensor } from 'onnxruntime-node';
