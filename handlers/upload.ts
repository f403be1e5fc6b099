import { readConfig } from '../shared/config.ts';
import { httpHandler, json } from '../shared/http.ts';
import { tooLargeBy } from '../shared/image-size.ts';
import { log } from '../shared/log.ts';
import { once } from '../shared/once.ts';
import { parseFields, parseJsonObject } from '../shared/parse-message.ts';
import { ONCE, presignPut } from '../shared/presign-put.ts';
import { type UploadAnswer, uploadFields } from '../shared/protocol.ts';
import { newUpload, uploadKey } from '../shared/uploads.ts';

const config = once(() => readConfig(['BUCKET']));

/** Time in which the PUT has to begin, in s. */
const PUT_SECONDS = 900;

/**
 * `POST /uploads`: a URL that takes one file, straight into the bucket. The file's length is signed, and S3 refuses any
 * other; so is the key, in which the tenant is a part.
 */
export const handler = httpHandler(async ({ body, tenant }) => {
  const { bytes } = parseFields(uploadFields, parseJsonObject(body));
  const refusal = tooLargeBy(bytes);
  if (refusal) throw refusal;
  const imageUrl = newUpload();
  const expiresAt = Date.now() + PUT_SECONDS * 1000;
  const uploadUrl = await presignPut(config().BUCKET, uploadKey(tenant, imageUrl), bytes, PUT_SECONDS);
  log.info('upload', { tenant, imageUrl, bytes });
  return json(201, { imageUrl, uploadUrl, headers: ONCE, expiresAt } satisfies UploadAnswer);
});
