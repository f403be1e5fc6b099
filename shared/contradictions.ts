/** Settings that are each right by themselves, as far as they were read. */
type Values = Readonly<Record<string, unknown>>;

/** Finds what two settings say against each other. @returns a sentence for each */
export function contradictionsIn(values: Values): string[] {
  const number = (name: string) => {
    const value = values[name];
    return typeof value === 'number' ? value : Number.NaN; // compares as false, whatever it is compared with
  };
  const told = (name: string) => `${name}=${values[name]}`;
  const isReal = values.STAGE !== undefined && values.STAGE !== 'local';
  const rules: [contradict: boolean, problem: string][] = [
    [
      number('MIN_WORKERS') > number('MAX_WORKERS'),
      `${told('MIN_WORKERS')} is more than ${told('MAX_WORKERS')}`,
    ],
    [
      number('WARM_POOL_SIZE') > number('MAX_WORKERS'),
      `${told('WARM_POOL_SIZE')} is more than could ever run, ${told('MAX_WORKERS')}`,
    ],
    [
      number('WARM_POOL_SIZE') > 0 && values.WORKER_MARKET === 'spot',
      `${told('WARM_POOL_SIZE')} needs machines that can be stopped; WORKER_MARKET=spot has none`,
    ],
    [
      // One of two heartbeats may be lost, and the job must still be the worker's.
      number('HEARTBEAT_SECONDS') * 2 >= number('VISIBILITY_SECONDS'),
      `${told('HEARTBEAT_SECONDS')}: two heartbeats do not fit into ${told('VISIBILITY_SECONDS')}`,
    ],
    [
      number('MAX_LIFETIME_SECONDS') <= number('BOOT_DEADLINE_SECONDS'),
      `${told('MAX_LIFETIME_SECONDS')} is over before a worker has to be ready, ${told('BOOT_DEADLINE_SECONDS')}`,
    ],
    [
      values.ENGINE === 'echo' && isReal,
      `ENGINE=echo answers without looking at the image; stage ${values.STAGE} refuses it`,
    ],
    [
      values.ENGINE === 'tfjs' && values.PRECISION === 'int8',
      'PRECISION=int8 is for onnx; ENGINE=tfjs computes in fp32 only',
    ],
  ];
  return rules.filter(([contradict]) => contradict).map(([, problem]) => problem);
}
