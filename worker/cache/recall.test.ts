import { expect, test } from 'vitest';
import { EchoEngine } from '../engines/echo.ts';
import type { Fetched } from '../fetch-image.ts';
import { type Findings, foundBy, netKey } from '../findings.ts';
import type { LoadedModel } from '../loaded-models.ts';
import { INCEPTION_V3 } from '../models/inception-v3.ts';
import { jobFor } from '../testing/jobs.ts';
import { KnownImages } from './known-images.ts';
import { Recall } from './recall.ts';

const engine = new EchoEngine({ threads: 1, echoMs: 0 });
const modelOf = (name: string, version = '1'): LoadedModel => ({
  manifest: { ...INCEPTION_V3.manifest, name, version },
  engine,
  labels: [],
});
const url = 'https://a.example/cat.jpg';
const job = jobFor(url);
const validator = { url, header: 'if-none-match', value: '"1"' } as const;
const file: Fetched = { changed: true, bytes: Buffer.from('a file'), hash: 'its hash', validator };
const same: Fetched = { changed: false, validator };

/** Finds what it is asked for, and takes down what that was. */
function examiner(colors?: Findings['image']['colors']) {
  const asked: string[][] = [];
  const examine = async (_file: Buffer, models: readonly LoadedModel[]) => {
    asked.push(models.map(netKey));
    const probabilities = Object.fromEntries(models.map((model) => [netKey(model), new Float32Array(5)]));
    const image = { width: 1, height: 1, format: 'png', bytes: 6 } as const;
    const findings: Findings = { image: colors ? { ...image, colors } : image, probabilities };
    return { findings, decodeMs: 1, inferMs: 2, serviceMs: 3 };
  };
  return { asked, examine };
}
const [a, newA, b] = [modelOf('a'), modelOf('a', '2'), modelOf('b')];

test('only what is missing is found out: another model, or another version of one', async () => {
  const known = new KnownImages(1e6);
  const { asked, examine } = examiner();
  const recalled = (...models: LoadedModel[]) => new Recall(known, job, models).findings(file, examine);
  await recalled(a);
  expect(Object.keys((await recalled(a, b)).findings.probabilities)).toEqual([a, b].map(netKey));
  await recalled(newA);
  expect(await recalled(newA, b)).toMatchObject({ inferMs: 0, decodeMs: 0, serviceMs: undefined });
  expect(asked).toEqual([[a], [b], [newA]].map((models) => models.map(netKey)));
});

test('who asks for colours has the file decoded once more, and no model sees it again', async () => {
  const known = new KnownImages(1e6);
  const { examine } = examiner();
  await new Recall(known, job, [a]).findings(file, examine);
  const coloured = { ...job, colors: true };
  expect(new Recall(known, coloured, [a]).validator).toBeUndefined();
  const { asked, examine: withColours } = examiner([{ color: '#e50000', name: 'red', share: 1 }]);
  await new Recall(known, coloured, [a]).findings(file, withColours);
  expect(asked).toEqual([[]]);
  expect(new Recall(known, coloured, [a]).validator).toEqual(validator);
  const { findings } = await new Recall(known, coloured, [a]).findings(file, withColours);
  expect(findings.image.colors).toMatchObject([{ name: 'red' }]);
  expect(foundBy(a, findings)).toBeDefined();
  expect(asked).toHaveLength(1);
});

test('a host is asked whether its image has changed only where nothing else would be missing', async () => {
  const known = new KnownImages(1e6);
  const { examine } = examiner();
  expect(new Recall(known, job, [a]).validator).toBeUndefined();
  await new Recall(known, job, [a]).findings(file, examine);
  expect(new Recall(known, job, [a]).validator).toEqual(validator);
  expect(new Recall(known, job, [a, b]).validator).toBeUndefined();
  expect(new Recall(known, { ...job, tenant: 'another' }, [a]).validator).toBeUndefined();
});

test('what a host was asked by holds, though it is forgotten until the answer comes', async () => {
  const known = new KnownImages(6_000); // one image
  const { asked, examine } = examiner();
  await new Recall(known, job, [a]).findings(file, examine);
  const recall = new Recall(known, job, [a]);
  expect(recall.validator).toBeDefined();
  for (const n of '12345678') {
    const other = { ...file, hash: `another hash ${n}` };
    await new Recall(known, { ...job, imageUrl: `${url}?${n}` }, [a]).findings(other, examine);
  }
  expect(known.at(job)).toBeUndefined();
  expect(await recall.findings(same, examine)).toMatchObject({ serviceMs: undefined });
  expect(asked).toHaveLength(9);
});

test('a URL whose host keeps silent about changes is known by its file alone', async () => {
  const known = new KnownImages(1e6);
  const { asked, examine } = examiner();
  const untold = { ...file, validator: undefined };
  await new Recall(known, job, [a]).findings(untold, examine);
  const recall = new Recall(known, job, [a]);
  expect(recall.validator).toBeUndefined();
  expect(await recall.findings(untold, examine)).toMatchObject({ serviceMs: undefined });
  expect(asked).toHaveLength(1);
});

test('what killed its decoder, or failed otherwise, is not remembered', async () => {
  const known = new KnownImages(1e6);
  const { asked, examine } = examiner();
  const dies = () => Promise.reject(new Error('the decoder died'));
  await expect(new Recall(known, job, [a]).findings(file, dies)).rejects.toThrow('the decoder died');
  expect(new Recall(known, job, [a]).validator).toBeUndefined();
  await new Recall(known, job, [a]).findings(file, examine);
  expect(asked).toHaveLength(1);
});
