import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import * as z from 'zod';

const settings = z.object({ SAMPLES_DIR: z.string().min(1) });
const request = z.object({ pathParameters: z.object({ name: z.string() }) });
const TYPES: Readonly<Record<string, string>> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
};

/** `GET /samples/{name}`, on stage local only: an image of the folder SAMPLES_DIR, for trying the service out. */
export async function handler(event: unknown) {
  const { name } = request.parse(event).pathParameters;
  const type = TYPES[extname(name)];
  // A name with a path in it is no file of the folder, wherever it leads.
  const body = type && name === basename(name) ? await readSample(name) : undefined;
  if (body === undefined) return { statusCode: 404, body: JSON.stringify({ message: 'Not Found' }) };
  return {
    statusCode: 200,
    headers: { 'content-type': type },
    body: body.toString('base64'),
    isBase64Encoded: true,
  };
}

async function readSample(name: string): Promise<Buffer | undefined> {
  try {
    return await readFile(join(settings.parse(process.env).SAMPLES_DIR, name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
