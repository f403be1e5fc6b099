// onnxruntime for Linux and macOS writes an id of the machine to the disk and tells its maker of each model that it loads, its
// name and hash among it, unless this is set before the first session. `InferenceSession` is to be had from here alone.
process.env.ORT_DISABLE_TELEMETRY = '1';

export { InferenceSession, Tensor } from 'onnxruntime-node';
