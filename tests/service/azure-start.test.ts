import { afterEach, beforeEach, expect, test } from 'vitest';
import { AzureCloud } from '../support/azure-doubles/azure-cloud.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { startSentences } from '../support/start-sentences.ts';

let cloud: AzureCloud;
beforeEach(async () => {
  cloud = await AzureCloud.start();
});
afterEach(() => cloud.stop());

/** The sentences with which it refuses to start when its environment says this beside what the cloud says. */
async function refused(env: Readonly<Record<string, string>>) {
  const { code, lines } = await ServiceProcess.refusal({ cloud, env });
  expect(code).toBe(1);
  const sentences = startSentences(lines);
  for (const text of Object.values(sentences)) expect(text).not.toContain('token-');
  return sentences;
}

test('on Azure a service starts where everything is as it must be', async () => {
  const service = await ServiceProcess.start({ cloud });
  try {
    expect((await fetch(`${service.url}/api/health`)).status).toBe(200);
  } finally {
    await service.remove();
  }
});

test.each(['LEYSERKIDS_DATA_ACCOUNT', 'LEYSERKIDS_CONTROL_ACCOUNT'])(
  'an address of an account at which nothing answers (%s) stops the start with one sentence that names it',
  async (name) => {
    const nowhere = 'https://127.0.0.1:1';
    const { ja, en } = await refused({ [name]: nowhere });
    expect(en).toContain(`"${nowhere}" cannot be used`);
    expect(ja).toContain(nowhere);
  },
);

test.each(['LEYSERKIDS_DATA_ACCOUNT', 'LEYSERKIDS_CONTROL_ACCOUNT'])(
  'an address of an account at which something else answers (%s) stops the start with one sentence that names it',
  async (name) => {
    const vault = cloud.doubles.tenantVault.endpoint;
    const { ja, en } = await refused({ [name]: vault });
    expect(en).toContain(`"${vault}" cannot be used`);
    expect(ja).toContain(vault);
  },
);

test.each([
  ['that the platform does not know', { AZURE_CLIENT_ID: '00000000-0000-0000-0000-000000000000' }],
  ['that was given to another app', { IDENTITY_HEADER: '00000000-0000-0000-0000-000000000000' }],
])('an identity %s stops the start with one sentence that says what to check', async (_what, env) => {
  const { ja, en } = await refused(env);
  expect(en).toContain("the roles of this service's identity");
  expect(ja).toContain('ID に与えた権限');
});

test('an account that does not know the certificate of the service, nor the service its, stops the start', async () => {
  const { en } = await refused({ NODE_EXTRA_CA_CERTS: '' });
  expect(en).toContain('cannot be used');
});

test.each(['data', 'control'] as const)(
  'a weaker consistency than Strong of the account for %s stops the start with one sentence that says so',
  async (account) => {
    const weak = await AzureCloud.start({ consistency: { [account]: 'Session' } });
    try {
      const { code, lines } = await ServiceProcess.refusal({ cloud: weak });
      expect(code).toBe(1);
      const { ja, en } = startSentences(lines);
      expect(en).toContain(`"${weak.doubles[account].endpoint}" has the consistency level "Session"`);
      expect(ja).toContain('Session');
    } finally {
      await weak.stop();
    }
  },
);
