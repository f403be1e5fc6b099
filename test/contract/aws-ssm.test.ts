import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ContractClients, connectContract } from '../../local/aws/testing/clients.ts';

const path = `/contract-${randomUUID()}`;
const names = Array.from({ length: 23 }, (_, n) => `${path}/keys/${String(n).padStart(2, '0')}`);
let clients: ContractClients;
let ssm: sdk.SSMClient;
beforeAll(async () => {
  clients = await connectContract();
  const credentials = { accessKeyId: 'contract', secretAccessKey: 'contract' };
  ssm = new sdk.SSMClient({ endpoint: clients.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  for (const Name of [...names, `${path}/keys/deeper/one`, `${path}/keysother`]) await put(Name, Name);
});
afterAll(async () => {
  ssm.destroy();
  await clients.stop();
});
const put = (Name: string, Value: string, Overwrite = false) =>
  ssm.send(new sdk.PutParameterCommand({ Name, Value, Type: 'String', Overwrite }));
const get = async (Name: string) => (await ssm.send(new sdk.GetParameterCommand({ Name }))).Parameter;

it('keeps a parameter, with its version', async () => {
  expect(await get(names[0] ?? '')).toMatchObject({
    Name: names[0],
    Value: names[0],
    Type: 'String',
    Version: 1,
  });
  expect((await put(names[0] ?? '', 'new', true)).Version).toBe(2);
  expect((await get(names[0] ?? ''))?.Value).toBe('new');
});

it('does not overwrite one unasked', async () => {
  await expect(put(names[1] ?? '', 'new')).rejects.toThrow(sdk.ParameterAlreadyExists);
});

it('lists what lies right under a path, ten at a time', async () => {
  const listed: unknown[] = [];
  let pages = 0;
  for await (const { Parameters = [] } of sdk.paginateGetParametersByPath(
    { client: ssm },
    { Path: `${path}/keys` },
  )) {
    pages++;
    listed.push(...Parameters.map(({ Name }) => Name));
  }
  expect(listed.sort()).toEqual(names);
  expect(pages).toBe(3);
  const none = await ssm.send(new sdk.GetParametersByPathCommand({ Path: '/none-such' }));
  expect(none.Parameters).toEqual([]);
});

it('deletes one, once', async () => {
  const Name = names[2] ?? '';
  await ssm.send(new sdk.DeleteParameterCommand({ Name }));
  await expect(get(Name)).rejects.toThrow(sdk.ParameterNotFound);
  await expect(ssm.send(new sdk.DeleteParameterCommand({ Name }))).rejects.toThrow(sdk.ParameterNotFound);
});

it('refuses what it does not emulate, a name that is no path, and a value that is too long', async () => {
  await expect(ssm.send(new sdk.DescribeParametersCommand({}))).rejects.toMatchObject({
    name: 'UnknownOperationException',
  });
  await expect(put('//', 'x')).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(put(`${path}/long`, 'x'.repeat(4097))).rejects.toMatchObject({ name: 'ValidationException' });
});
