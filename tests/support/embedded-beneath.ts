import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openOperatorStores } from '../../src/app.ts';
import { ops } from '../../src/cli/ops.ts';
import { type Config, readConfig } from '../../src/config.ts';
import type { OperatorPorts } from '../../src/environments/ports.ts';
import { type EpochMs, MINUTE } from '../../src/model/instant.ts';
import type { StoresBeneath, ToolRun } from './stores-beneath.ts';

/** The embedded stores of a service, in its data folder. */
export class EmbeddedBeneath implements StoresBeneath {
  readonly env: Readonly<Record<string, string>>;
  readonly #folder: string;

  constructor(folder: string, origin: string) {
    this.#folder = folder;
    this.env = { LEYSERKIDS_DATA_DIR: folder, LEYSERKIDS_ORIGIN: origin };
  }

  /** In this process. */
  async ops(args: readonly string[]): Promise<ToolRun> {
    let out = '';
    let err = '';
    const code = await ops(
      args,
      async (work) => {
        const { close, ...stores } = await openOperatorStores(this.#config());
        try {
          return await work({ ...stores, ask: undefined, tell: () => undefined });
        } finally {
          await close();
        }
      },
      { out: (text) => (out += text), err: (text) => (err += text) },
    );
    return { code, out, err };
  }

  openControl(): Promise<OperatorPorts> {
    return openOperatorStores(this.#config());
  }

  ageEvents(tenant: string, from: EpochMs): void {
    const data = new DatabaseSync(join(this.#folder, 'data.sqlite'), { timeout: 2000 });
    try {
      const change = "UPDATE items SET committed_at = ? WHERE tenant = ? AND kind = 'event' AND committed_at >= ?";
      data.prepare(change).run(Date.now() - 5 * MINUTE - 1, tenant, from);
    } finally {
      data.close();
    }
  }

  async keptElsewhere(): Promise<Buffer> {
    return Buffer.alloc(0);
  }

  #config(): Config {
    return readConfig(this.env);
  }
}
