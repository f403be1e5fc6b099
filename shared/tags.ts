/** Tags of a worker's machine. The scaler sets the first two at launch; the worker keeps the others. */
export const TAGS = {
  stage: 'classifycloud:stage',
  /** Token of the CreateFleet call that launched it. */
  launch: 'classifycloud:launch',
  /** `booting`, `ready`, `draining`, or `parking`: drained, and waiting to be stopped */
  state: 'classifycloud:state',
  /** What classifies there, such as `onnx int8`. */
  engine: 'classifycloud:engine',
  /** Milliseconds of the whole worker's time for one job. */
  serviceMs: 'classifycloud:service-ms',
  /** Milliseconds that an idle worker holds a job: its download and its turn on a thread. */
  heldMs: 'classifycloud:held-ms',
  /** When the worker became ready, in ISO 8601. */
  readyAt: 'classifycloud:ready-at',
  /** When the worker last said that it lives, in ISO 8601. */
  seen: 'classifycloud:seen',
  /** Id of the terminate message that it took. */
  terminateId: 'classifycloud:terminate-id',
} as const;
