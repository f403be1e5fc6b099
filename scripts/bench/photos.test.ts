import sharp from 'sharp';
import { expect, test } from 'vitest';
import { makePhotos } from './photos.ts';

test('the photos are JPEGs of about 500×400, each another, and the same at each making', async () => {
  const photos = await makePhotos();
  expect(new Set(photos.map((photo) => photo.toString('base64'))).size).toBe(photos.length);
  for (const photo of photos) {
    const { format, width, height } = await sharp(photo).metadata();
    expect(format).toBe('jpeg');
    expect(Math.abs(width - 500)).toBeLessThanOrEqual(20);
    expect(Math.abs(height - 400)).toBeLessThanOrEqual(20);
    // As much to decode as a photo has: not flat, and not pure noise.
    expect(photo.length).toBeGreaterThan(20_000);
    expect(photo.length).toBeLessThan(150_000);
  }
  expect(await makePhotos()).toEqual(photos);
});
