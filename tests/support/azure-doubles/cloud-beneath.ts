import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { openCosmosControl } from '../../../src/adapters/cosmos/control-store.ts';
import { openCosmosAccount } from '../../../src/adapters/cosmos/cosmos-account.ts';
import { systemClock } from '../../../src/adapters/system/system-clock.ts';
import type { OperatorPorts } from '../../../src/environments/ports.ts';
import { type EpochMs, MINUTE, SECOND } from '../../../src/model/instant.ts';
import { RecordingTelemetry } from '../recording-telemetry.ts';
import type { StoresBeneath, ToolRun } from '../stores-beneath.ts';
import { AzureCloud } from './azure-cloud.ts';

const ROOT = new URL('../../../', import.meta.url).pathname;

/** A cloud of doubles, beneath services that run on it. This process trusts its certificate from then on. */
export class CloudBeneath implements StoresBeneath {
  readonly cloud: AzureCloud;
  readonly #origin: string;
  /** How far the data account's own time is ahead of the real one. */
  #aheadMs = 0;

  constructor(cloud: AzureCloud, origin: string) {
    this.cloud = cloud;
    this.#origin = origin;
    setDefaultCACertificates([...getCACertificates('default'), cloud.certificate]);
  }

  static async start(origin: string): Promise<CloudBeneath> {
    return new CloudBeneath(await AzureCloud.start(), origin);
  }

  get env(): Readonly<Record<string, string>> {
    return { ...this.cloud.env, LEYSERKIDS_ORIGIN: this.#origin };
  }

  /** In a process of its own, by the identity of the cloud. */
  async ops(args: readonly string[]): Promise<ToolRun> {
    const { LEYSERKIDS_STORES = '', LEYSERKIDS_CONTROL_ACCOUNT = '', ...others } = this.env;
    const trust = Object.fromEntries(Object.entries(others).filter(([name]) => !name.startsWith('LEYSERKIDS_')));
    const tool = spawn(process.execPath, ['src/cli/main.ts', ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...{ PATH: process.env['PATH'], LEYSERKIDS_ORIGIN: this.#origin },
        ...{ LEYSERKIDS_STORES, LEYSERKIDS_CONTROL_ACCOUNT, ...trust },
      },
    });
    const [out, err] = await Promise.all([text(tool.stdout), text(tool.stderr), once(tool, 'close')]);
    return { code: tool.exitCode, out, err };
  }

  /** Through the adapter. */
  async openControl(): Promise<OperatorPorts> {
    const { control, identity } = this.cloud.doubles;
    const { endpoint } = control;
    const token = { token: identity.tokenOf(endpoint), expiresOnTimestamp: Number.MAX_SAFE_INTEGER };
    const account = await openCosmosAccount({
      ...{ endpoint, database: 'control', authorization: { aadCredentials: { getToken: async () => token } } },
      ...{ clock: systemClock, telemetry: new RecordingTelemetry() },
    });
    return { control: openCosmosControl(account), clock: systemClock, close: async () => account.close() };
  }

  /**
   * The store's time is whole seconds and goes two on with each call, so that events of after a digest never get a time of
   * before its end, however soon a test goes on.
   */
  ageEvents(tenant: string, from: EpochMs): void {
    this.#aheadMs += 2 * SECOND;
    const ahead = this.#aheadMs;
    const { data } = this.cloud.doubles;
    const documents = data.documents('tenants');
    data.followTime(() => Date.now() + ahead);
    const _ts = Math.floor((Date.now() + ahead - 5 * MINUTE) / SECOND) - 1;
    const aged = documents
      .lying(tenant)
      .map((each) => (each['kind'] === 'event' && each._ts * SECOND >= from ? { ...each, _ts } : each));
    documents.lay(tenant, aged);
  }

  keptElsewhere(): Promise<Buffer> {
    return this.cloud.kept();
  }
}
