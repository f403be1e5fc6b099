import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { buildWorker } from '../local/build-worker.ts';
import { ServiceError } from '../shared/errors.ts';
import { type DecodedImage, decodeImage } from './decode-image.ts';
import { type Command, decoderCommand } from './decoder-command.ts';
import { DecoderDiedError } from './decoder-handle.ts';
import { ImageDecoder, type ImageDecoderOptions } from './image-decoder.ts';
import { INCEPTION_VIEW } from './models/inception-v3.ts';
import { anyJpeg } from './testing/image-host.ts';
import { bytesOf } from './view.ts';

// The decoder as it is deployed, also because it starts several times as fast.
let command: (atOnce: number) => Command;
beforeAll(async () => {
  const program = pathToFileURL(await buildWorker()).href;
  command = (atOnce) => decoderCommand(atOnce, program);
});

const ASKED = { views: [INCEPTION_VIEW] };

const open: ImageDecoder[] = [];
afterEach(() => {
  for (const decoder of open.splice(0)) decoder.close();
});
/** A decoder that runs, and its process. */
async function started({ atOnce = 1, ...options }: Partial<ImageDecoderOptions> = {}) {
  const decoder = new ImageDecoder({ atOnce, command: command(atOnce), ...options });
  open.push(decoder);
  const pid = (await decoder.start()) ?? expect.fail('no process');
  return { decoder, pid };
}
const proc = (pid: number, file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8');
const isGone = (pid: number) => expect(() => process.kill(pid, 0)).toThrow('ESRCH');

it('tells the colours of the whole image where they are asked for, and of the views nothing less', async () => {
  const strip = (background: string, width: number) => ({
    input: { create: { width, height: 400, channels: 3 as const, background } },
  });
  const flag = await sharp({ create: { width: 1200, height: 400, channels: 3, background: '#ffffff' } })
    // Outside of what the net sees.
    .composite([
      { ...strip('#e50000', 100), left: 0, top: 0 },
      { ...strip('#0343df', 200), left: 1000, top: 0 },
    ])
    .png()
    .toBuffer();
  const { decoder } = await started();
  const [plain, coloured] = await Promise.all([
    decoder.decode(flag, ASKED),
    decoder.decode(flag, { ...ASKED, colors: true }),
  ]);
  expect(plain).not.toHaveProperty('colors');
  const { colors, ...rest } = coloured;
  expect({ ...rest, release: plain.release }).toEqual(plain);
  expect(colors).toMatchObject([{ name: 'white' }, { name: 'blue' }, { name: 'red' }]);
  expect(colors?.[0]?.share).toBeCloseTo(9 / 12, 1);
});

it('gives the very pixels that decoding here would', async () => {
  const photo = await sharp({
    create: {
      width: 700,
      height: 500,
      channels: 3,
      background: 'tan',
      noise: { type: 'gaussian', sigma: 30 },
    },
  })
    .jpeg()
    .toBuffer();
  const { decoder } = await started();
  for (const views of [[INCEPTION_VIEW], [INCEPTION_VIEW, { height: 32, width: 28 }], []]) {
    const [there, here] = await Promise.all([
      decoder.decode(photo, { views }),
      decodeImage(photo, { views }),
    ]);
    const { release, ...image } = there;
    expect(image).toEqual(here);
    expect(image.views).toHaveLength(views.length);
    release?.();
  }
});

it('keeps the pixels of each image until they are given back, and uses their memory for the next', async () => {
  const { decoder } = await started({ atOnce: 2 });
  const plain = (background: string) =>
    sharp({ create: { width: 400, height: 400, channels: 3, background } })
      .png()
      .toBuffer();
  const seen = async (background: string) => decoder.decode(await plain(background), ASKED);
  const [red, blue] = await Promise.all([seen('#ff0000'), seen('#0000ff')]);
  const green = await seen('#00ff00');
  const colourOf = ({ views: [view] }: DecodedImage) => [...(view ?? []).slice(-3)];
  expect([red, blue, green].map(colourOf)).toEqual([
    [255, 0, 0],
    [0, 0, 255],
    [0, 255, 0],
  ]);

  red.release?.();
  const white = await seen('#ffffff');
  expect(white.views[0]?.buffer).toBe(red.views[0]?.buffer);
  expect([white, blue, green].map(colourOf)).toEqual([
    [255, 255, 255],
    [0, 0, 255],
    [0, 255, 0],
  ]);
});

/** The sizes of the files in which decoders leave pixels, as far as this process has them open. */
const pixelFiles = () =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    const path = `/proc/self/fd/${fd}`;
    const isOne = existsSync(path) && readlinkSync(path).includes('classifycloud-');
    return isOne ? [statSync(path).size] : [];
  });

it('has one file for the pixels, which does not grow from image to image and goes with its decoder', async () => {
  const { decoder, pid } = await started();
  for (let i = 0; i < 5; i++) await decoder.decode(await anyJpeg(), ASKED);
  expect(pixelFiles()).toEqual([bytesOf(INCEPTION_VIEW)]);
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(pixelFiles()).toEqual([]));

  const none = new ImageDecoder({ atOnce: 1, command: { file: '/bin/sh', args: ['\0'], env: {} } });
  await expect(none.start()).rejects.toThrow();
  expect(pixelFiles()).toEqual([]);
});

it('that there is no room for pixels is a failure of ours, and not the image’s', async () => {
  const { file, args, env } = command(1);
  const full = { file: '/bin/sh', args: ['-c', 'exec 3>/dev/full; exec "$@"', 'sh', file, ...args], env };
  const { decoder, pid } = await started({ command: full });
  const image = decoder.decode(await anyJpeg(), ASKED);
  await expect(image).rejects.toThrow('ENOSPC');
  await expect(image).rejects.not.toBeInstanceOf(ServiceError);
  expect(await decoder.start()).toBe(pid);
});

it('gives the error of an image that is at fault, with its cause for the log', async () => {
  const { decoder } = await started();
  const damaged = decoder.decode((await anyJpeg()).subarray(0, 100), ASKED);
  await expect(damaged).rejects.toBeInstanceOf(ServiceError);
  await expect(damaged).rejects.toMatchObject({ code: 'UNSUPPORTED_IMAGE', cause: { message: /./ } });
});

it('is no part of the worker: no environment, and a limit to its memory', async () => {
  const { pid } = await started();
  const names = proc(pid, 'environ')
    .split('\0')
    .map((line) => line.split('=')[0] ?? '');
  expect(names.filter((name) => /AWS|SECRET|KEY|TOKEN|NODE/.test(name))).toEqual([]);
  const [, limit] = /^Max data size +(\S+)/m.exec(proc(pid, 'limits')) ?? [];
  expect(Number(limit)).toBeLessThan(400 * 2 ** 20);
});

it.each(['SIGSEGV', 'SIGABRT', 'SIGKILL'] as const)(
  'a decoder that ends with %s costs the image that it had, and the next goes on',
  async (signal) => {
    const { decoder, pid } = await started();
    process.kill(pid, 'SIGSTOP'); // so that it has the image when it dies
    const lost = decoder.decode(await anyJpeg(), ASKED);
    lost.catch(() => {});
    await new Promise(setImmediate);
    process.kill(pid, signal);
    process.kill(pid, 'SIGCONT');
    await expect(lost).rejects.toBeInstanceOf(DecoderDiedError);
    await expect(lost).rejects.toMatchObject({
      code: 'INTERNAL',
      cause: { message: expect.stringContaining(signal) },
    });
    expect(await decoder.decode(await anyJpeg(), ASKED)).toMatchObject({ width: 64 });
    expect(await decoder.start()).not.toBe(pid);
  },
);

it('a decoder that hangs is ended', async () => {
  const { decoder, pid } = await started({ hangsAfterMs: 200 });
  process.kill(pid, 'SIGSTOP');
  await expect(decoder.decode(await anyJpeg(), ASKED)).rejects.toBeInstanceOf(DecoderDiedError);
  await vi.waitFor(() => isGone(pid));
});

it('of images that were decoded side by side when it died, each is tried again by itself', async () => {
  const { decoder, pid } = await started({ atOnce: 3 });
  process.kill(pid, 'SIGSTOP');
  const images = [
    decoder.decode(await anyJpeg(), ASKED),
    decoder.decode(Buffer.from('%PDF-'), ASKED),
    decoder.decode(await anyJpeg(), ASKED),
  ];
  const ends = Promise.allSettled(images);
  await new Promise(setImmediate);
  process.kill(pid, 'SIGKILL');
  expect(await ends).toMatchObject([
    { value: { format: 'jpeg' } },
    { reason: { code: 'UNSUPPORTED_IMAGE' } },
    { value: { format: 'jpeg' } },
  ]);
});

it('finishes what it has when a signal reaches the whole group, and goes when the worker goes', async () => {
  const { decoder, pid } = await started();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.kill(pid, signal);
  expect(await decoder.decode(await anyJpeg(), ASKED)).toMatchObject({ width: 64 });
  expect(await decoder.start()).toBe(pid);
  decoder.close();
  await vi.waitFor(() => isGone(pid));
});

it.each([
  ['ends at once', 'process.exit(3)', 'exit code 3'],
  ['cannot be loaded', 'throw new Error("no sharp here")', 'no sharp here'],
  [
    'says what is no frame',
    'process.stdout.write("x".repeat(100)); setInterval(() => {}, 1000)',
    'a frame of',
  ],
])('a decoder that %s is a failure of ours, told in its own words', async (_what, program, words) => {
  const file = { file: process.execPath, args: ['-e', program], env: {} };
  const decoder = new ImageDecoder({ atOnce: 1, command: file });
  open.push(decoder);
  const image = decoder.decode(await anyJpeg(), ASKED);
  await expect(image).rejects.toThrow(words);
  await expect(image).rejects.not.toBeInstanceOf(ServiceError);
});

it.each([
  ['as few as it says', 3, bytesOf(INCEPTION_VIEW)],
  ['fewer than it says', bytesOf(INCEPTION_VIEW), 3],
])(
  'a decoder that was taken over cannot pass off other bytes as pixels: %s',
  async (_what, bytes, written) => {
    const frame = (id: number, head: object) => {
      const text = JSON.stringify(head);
      return `process.stdout.write(Buffer.from(new Uint32Array([${id}, ${text.length}, 0]).buffer)); process.stdout.write(${JSON.stringify(text)});`;
    };
    const image = { bytes, image: { width: 1, height: 1, format: 'jpeg' } };
    const program = `require('node:fs').writeSync(3, Buffer.alloc(${written})); process.stdin.once('data', () => { ${frame(1, image)} }); ${frame(0, { ready: true })}`;
    const decoder = new ImageDecoder({
      atOnce: 1,
      command: { file: process.execPath, args: ['-e', program], env: {} },
    });
    open.push(decoder);
    const lost = decoder.decode(await anyJpeg(), ASKED);
    await expect(lost).rejects.toBeInstanceOf(DecoderDiedError);
    await expect(lost).rejects.toMatchObject({
      cause: { message: expect.stringMatching(/bytes of pixels/) },
    });
  },
);
