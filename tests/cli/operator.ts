import type { CommandContext } from '../../src/cli/command.ts';
import { ops } from '../../src/cli/ops.ts';
import { CONTRACT_ID, type Contract } from '../../src/domain/contracts/contract.ts';
import { STATE_ID, stateItem, type TenantPhase, type TenantState } from '../../src/domain/contracts/tenant-state.ts';
import { DAY } from '../../src/model/instant.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { openStores } from '../support/stores.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** What one call of the tool answered. */
export interface Called {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** An operator at a control store of his own: 2026-11-24, noon in Japan, unless the clock is moved. */
export async function operator() {
  const clock = new FakeClock();
  const { control } = await openStores({ folder: tempFolder(), clock, storeTime: () => clock.now() });
  let opened = 0;

  const run = async (line: readonly string[], changes: Partial<CommandContext> = {}): Promise<Called> => {
    let out = '';
    let err = '';
    const context: CommandContext = {
      control,
      clock,
      publicUrl: 'http://localhost:7071',
      noticeHours: 72,
      erasureNotice: DAY,
      ask: undefined,
      tell: (line) => {
        err += `${line}\n`;
      },
      ...changes,
    };
    const exitCode = await ops(
      line,
      (work) => {
        opened += 1;
        return work(context);
      },
      {
        out: (text) => {
          out += text;
        },
        err: (text) => {
          err += text;
        },
      },
    );
    return { exitCode, out, err };
  };

  const states = control.container<TenantState>('tenant-state');
  return {
    clock,
    control,
    run,
    /** How often the stores were opened. */
    opened: () => opened,
    create: (tenant: string, ...more: string[]) =>
      run(['contract', 'create', '--tenant', tenant, '--name', 'さくら福祉会', '--starts-on', '2026-04-01', ...more]),
    contract: async (tenant: string): Promise<Contract | undefined> =>
      (await control.container<Contract>('contracts').get(tenant, CONTRACT_ID))?.value,
    /** Changes with every write of the contract. */
    etag: async (tenant: string) => (await control.container('contracts').get(tenant, CONTRACT_ID))?.etag,
    /** Plays the service: writes its mark about a tenant. */
    mark: async (tenant: string, phase: TenantPhase): Promise<void> => {
      const mirror = { endsAt: null, firstSeenAt: null };
      const state: TenantState = { phase, claimedBy: 'run', dataKeyVersion: 'v1', provisionedAt: null, mirror };
      const standing = await states.get(tenant, STATE_ID);
      const item = stateItem(tenant, state);
      await (standing === undefined ? states.create(item) : states.replace(item, standing.etag));
    },
  };
}
