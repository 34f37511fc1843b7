import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AzureCloud, STORAGE_RESOURCE } from '../support/azure-doubles/azure-cloud.ts';
import { PLACED_RESOURCE } from '../support/azure-doubles/key-vault-double.ts';

/** What the tests on a cloud of doubles prove rests on this: no double serves whom its original would refuse. */

let cloud: AzureCloud;
beforeAll(async () => {
  cloud = await AzureCloud.start();
});
afterAll(() => cloud.stop());

const accountHeader = (token: string) => encodeURIComponent(`type=aad&ver=1.0&sig=${token}`);
const bearer = (token: string) => `Bearer ${token}`;

const DOUBLES = {
  data: { path: '/dbs/data/colls/tenants', header: accountHeader },
  control: { path: '/dbs/control/colls/contracts', header: accountHeader },
  tenantVault: { path: '/secrets/nothing?api-version=7.6', header: bearer },
  serviceVault: { path: '/secrets/nothing?api-version=7.6', header: bearer },
  backups: { path: '/generations?restype=container&comp=list', header: bearer },
  logs: { path: '/digests?restype=container&comp=list', header: bearer },
} as const;
const NAMES = Object.keys(DOUBLES) as (keyof typeof DOUBLES)[];

function resourceOf(name: keyof typeof DOUBLES): string {
  const ofAll = { tenantVault: PLACED_RESOURCE, serviceVault: PLACED_RESOURCE };
  const named: Partial<Record<string, string>> = { ...ofAll, backups: STORAGE_RESOURCE, logs: STORAGE_RESOURCE };
  return named[name] ?? cloud.doubles[name].endpoint;
}

async function ask(name: keyof typeof DOUBLES, authorization?: string): Promise<IncomingMessage> {
  const sent = request(`${cloud.doubles[name].endpoint}${DOUBLES[name].path}`, {
    ca: cloud.certificate,
    headers: { 'x-ms-version': '2025-11-05', ...(authorization !== undefined && { authorization }) },
  });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  return answer;
}

test.each(NAMES)('the double of %s serves who brings the token of its resource, and nobody else', async (name) => {
  const { identity } = cloud.doubles;
  const { header } = DOUBLES[name];
  const own = resourceOf(name);
  const others = new Set(NAMES.map(resourceOf).filter((resource) => resource !== own));
  expect(others.size).toBeGreaterThanOrEqual(2);
  for (const resource of others) expect((await ask(name, header(identity.tokenOf(resource)))).statusCode).toBe(401);
  expect((await ask(name)).statusCode).toBe(401);
  expect((await ask(name, header('token-of-nobody'))).statusCode).toBe(401);
  expect([200, 404]).toContain((await ask(name, header(identity.tokenOf(own)))).statusCode);
});

test('the identity gives tokens to who knows its header and its client id, and for resources of the cloud alone', async () => {
  const { env } = cloud.doubles.identity;
  const statusOf = async (client: string, resource: string, header: string) => {
    const query = new URLSearchParams({ 'api-version': '2019-08-01', resource, client_id: client });
    const answer = await fetch(`${env.IDENTITY_ENDPOINT}?${query}`, { headers: { 'x-identity-header': header } });
    return answer.status;
  };
  const { AZURE_CLIENT_ID: client, IDENTITY_HEADER: header } = env;
  expect(await statusOf(client, STORAGE_RESOURCE, header)).toBe(200);
  expect(await statusOf(client, STORAGE_RESOURCE, 'another')).toBe(401);
  expect(await statusOf('another', STORAGE_RESOURCE, header)).toBe(400);
  expect(await statusOf(client, 'https://graph.microsoft.com', header)).toBe(400);
});
