import { readConfig } from '../shared/config.ts';
import { ServiceError } from '../shared/errors.ts';
import { httpHandler, json } from '../shared/http.ts';
import { tooLargeBy } from '../shared/image-size.ts';
import { log } from '../shared/log.ts';
import { once } from '../shared/once.ts';
import { parseFields, parseJsonObject } from '../shared/parse-message.ts';
import { ONCE, presignPut } from '../shared/presign-put.ts';
import { type UploadAnswer, type UploadsAnswer, uploadFields, uploadsFields } from '../shared/protocol.ts';
import { newUpload, uploadKey } from '../shared/uploads.ts';

const config = once(() => readConfig(['BUCKET']));

/** Time in which the PUT has to begin, in s. */
const PUT_SECONDS = 900;

/**
 * `POST /uploads`: a URL that takes one file, straight into the bucket, or one for each of several. The file's length is
 * signed, and S3 refuses any other; so is the key, in which the tenant is a part.
 */
export const handler = httpHandler(async ({ body, tenant }) => {
  const fields = parseJsonObject(body);
  if (Array.isArray(fields.bytes)) return json(201, await placesFor(fields, tenant));
  const { bytes } = parseFields(uploadFields, fields);
  const refusal = tooLargeBy(bytes);
  if (refusal) throw refusal;
  const place = await newPlace(bytes, tenant);
  log.info('upload', { tenant, imageUrl: place.imageUrl, bytes });
  return json(201, place);
});

async function placesFor(fields: object, tenant: string): Promise<UploadsAnswer> {
  const { bytes } = parseFields(uploadsFields, fields);
  for (const [n, one] of bytes.entries()) {
    const refusal = tooLargeBy(one);
    if (refusal) throw new ServiceError(refusal.code, `bytes.${n}: ${refusal.message}`);
  }
  const uploads = await Promise.all(bytes.map((one) => newPlace(one, tenant)));
  log.info('uploads', { tenant, imageUrls: uploads.map(({ imageUrl }) => imageUrl), bytes });
  return { uploads };
}

async function newPlace(bytes: number, tenant: string): Promise<UploadAnswer> {
  const imageUrl = newUpload();
  const expiresAt = Date.now() + PUT_SECONDS * 1000;
  const uploadUrl = await presignPut(config().BUCKET, uploadKey(tenant, imageUrl), bytes, PUT_SECONDS);
  return { imageUrl, uploadUrl, headers: ONCE, expiresAt };
}
