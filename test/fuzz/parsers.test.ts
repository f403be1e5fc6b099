import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { optionsInQuery } from '../../shared/answers.ts';
import { s3 } from '../../shared/aws.ts';
import { ServiceError } from '../../shared/errors.ts';
import { type FleetState, fleetState, freshFleetState } from '../../shared/fleet-state.ts';
import { MESSAGE_VERSION, responseMessage, terminateMessage } from '../../shared/jobs.ts';
import { identityIn, parseFields, parseJsonObject } from '../../shared/parse-message.ts';
import { classifyFields, resumeFields, serverMessage } from '../../shared/protocol.ts';
import { acceptedAt, mayBeBrought, mayBeKnown } from '../../shared/request-id.ts';
import { Results } from '../../shared/results.ts';
import { identifyFormat } from '../../worker/decode-image-format.ts';
import { parseJson, readJob, readMessage } from '../../worker/received-message.ts';
import { jobFor } from '../../worker/testing/jobs.ts';
import { mutateBytes, mutateJson } from './mutate.ts';

/** For each parser. `FUZZ_RUNS=100000 npx vitest run test/fuzz` runs more; fast-check tells the seed of a failure. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 9_000);

const options = {
  ...{ includeLabels: ['dog', 'cat'], excludeLabels: ['pug'], includeCategories: ['dog', 'animal'] },
  ...{ parents: true, moderation: true, colors: false, image: true },
};
const job = {
  ...jobFor('http://a.example/1.jpg'),
  ...options,
  ...{ clientRef: 'mine', connectionId: 'c', keyId: 'k' },
};
const { requestId, imageUrl } = job;
const model = { name: 'inception-v3', version: '1', engine: 'onnx', precision: 'int8' };
const timings = { queueMs: 1, downloadMs: 2, decodeMs: 3, inferMs: 4, totalMs: 10 };
const labels = [
  { label: 'Labrador retriever', index: 209, confidence: 0.9, parents: ['dog'], category: 'dog' },
];
const more = {
  moderation: { model, labels: [{ label: 'Neutral', index: 2, confidence: 0.9 }] },
  colors: [{ color: '#462315', name: 'dark brown', share: 0.19 }],
  image: { width: 4, height: 3, format: 'png', bytes: 99 },
};
const outcome = { type: 'result', requestId, clientRef: 'mine', imageUrl, model, labels, ...more, timings };
const response = { v: MESSAGE_VERSION, requestId, tenant: 't', connectionId: 'c', outcome };
const stored = { v: MESSAGE_VERSION, requestId, tenant: 't', digest: 'd', outcome };
const state: FleetState = fleetState.parse({
  v: 1,
  tickedAt: Date.now(),
  queue: { visible: 1, inFlight: 2 },
  workers: { booting: 0, ready: 1, draining: 0 },
  serviceMs: 50,
  imagesPerSecond: 20,
  maxWorkers: 19,
  launches: [{ token: 'a', at: 1, count: 1 }],
  terminations: [{ id: 'b', at: 1 }],
  reason: 'because',
});

/** Runs it on texts like the JSON of an example; what it throws must be of a kind that its callers expect. */
function each(
  example: unknown,
  run: (text: string) => unknown,
  expected: (error: unknown) => boolean = () => false,
) {
  const property = fc.asyncProperty(fc.integer(), async (seed) => {
    const text = mutateJson(example, seed);
    try {
      await run(text);
    } catch (error) {
      if (!expected(error)) throw new Error(`of ${text.slice(0, 500)}`, { cause: error });
    }
  });
  return fc.assert(property, { numRuns: RUNS });
}
const isInvalidMessage = (error: unknown) =>
  error instanceof ServiceError && error.code === 'INVALID_MESSAGE';

afterEach(() => vi.restoreAllMocks());

it('a client’s message is parsed or refused as INVALID_MESSAGE', async () => {
  const classify = {
    action: 'classify',
    imageUrl,
    clientRef: 'mine',
    topK: 5,
    minConfidence: 0.5,
    requestId,
    ...options,
  };
  await each(classify, (text) => parseFields(classifyFields, parseJsonObject(text)), isInvalidMessage);
  const batch = { action: 'classify', imageUrls: [imageUrl, imageUrl], topK: 3 };
  await each(batch, (text) => parseFields(classifyFields, parseJsonObject(text)), isInvalidMessage);
  const resume = { action: 'resume', requestIds: [requestId, requestId] };
  await each(resume, (text) => parseFields(resumeFields, parseJsonObject(text)), isInvalidMessage);
  await each(classify, (text) => identityIn(text));
});

it('a query is parsed or refused as INVALID_MESSAGE', async () => {
  const query = {
    imageUrl,
    includeLabels: 'dog,cat',
    includeCategories: 'dog',
    parents: 'true',
    colors: 'false',
  };
  const strings = z.record(z.string(), z.string());
  const isRefused = (error: unknown) => isInvalidMessage(error) || error instanceof z.ZodError;
  await each(
    query,
    (text) => {
      const mutated = strings.parse(parseJson(text)); // API Gateway gives strings alone
      parseFields(classifyFields, { imageUrl: mutated.imageUrl, ...optionsInQuery(mutated) });
    },
    isRefused,
  );
});

it('a message of a queue is read, or known for none of ours', async () => {
  await each(job, (text) => {
    const read = readJob(text);
    if (read) expect(acceptedAt(read.requestId)).toBeGreaterThan(0);
  });
  await each(response, (text) => responseMessage.safeParse(parseJson(text)));
  await each({ v: 1, id: 'a', launchTemplateVersion: 3 }, (text) =>
    terminateMessage.safeParse(parseJson(text)),
  );
  const envelope = {
    Body: JSON.stringify(job),
    ReceiptHandle: 'handle',
    Attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1700000000000' },
  };
  const isNone = (error: unknown) => error instanceof z.ZodError || error instanceof TypeError;
  await each(envelope, (text) => readMessage(z.any().parse(parseJson(text)), 0), isNone);
});

it('an id is known for one, or for none', async () => {
  await each(requestId, (text) => {
    for (const id of [text, text.slice(1, -1)]) {
      const known = mayBeKnown(id, Date.now());
      expect(typeof known).toBe('boolean');
      if (mayBeBrought(id, Date.now())) expect(acceptedAt(id)).toBeDefined();
    }
  });
});

it('what lies in the bucket is read as what it is, or fails as what is not', async () => {
  let lies = '';
  const Body = { transformToString: async () => lies };
  vi.spyOn(s3(), 'send').mockImplementation(async () => ({ Body, ETag: '"1"' }));
  const isGarbage = (error: unknown) => error instanceof SyntaxError || error instanceof z.ZodError;
  const results = new Results('bucket');
  const read = (find: () => Promise<unknown>) => (text: string) => {
    lies = text;
    return find();
  };
  await each(
    stored,
    read(() => results.find(requestId)),
    isGarbage,
  );
  await each(
    [{ connectionId: 'c', tenant: 't' }],
    read(() => results.listeners(requestId)),
    isGarbage,
  );
  let now = 0;
  const later = () => {
    now += 2_000; // past what is cached
    return now;
  };
  await each(
    state,
    read(() => freshFleetState('bucket', later())),
    isGarbage,
  );
});

it('a server’s message is one of the contract, or none', async () => {
  await each(outcome, (text) => serverMessage.safeParse(parseJson(text)));
});

it('a file’s first bytes tell its format, or that it has none of ours', () => {
  const isUnsupported = (error: unknown) =>
    error instanceof ServiceError && error.code === 'UNSUPPORTED_IMAGE';
  const heads = ['ffd8ffe0', '89504e470d0a1a0a', '474946383961', '49492a00', '3c737667', '255044462d'];
  const files = [...heads, '524946460000000057454250', '0000001866747970617669660000000061766966'].map(
    (hex) => Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(300, '<a b="c">')]),
  );
  fc.assert(
    fc.property(fc.constantFrom(...files), fc.integer(), (file, seed) => {
      try {
        identifyFormat(mutateBytes(file, seed));
      } catch (error) {
        if (!isUnsupported(error)) throw error;
      }
    }),
    { numRuns: RUNS },
  );
});
