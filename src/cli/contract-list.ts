import type { Contract } from '../domain/contracts/contract.ts';
import type { StoredControlItem } from '../ports/control-store.ts';
import type { Command } from './command.ts';
import { accessOf, contractJson, phaseWords } from './contract-words.ts';
import { contractsOf, stateOf } from './contracts.ts';
import { table } from './table.ts';

const PAGE = 100;

export const contractList: Command = {
  name: 'contract list',
  summary: 'all contracts with what the service did about them',
  detail: 'Lists every contract, the ended ones included, in the order of tenant ids.',
  options: {},
  async run(_options, { control, erasureNotice }) {
    const now = await control.now();
    const rows: string[][] = [];
    const json = [];
    let after: StoredControlItem<Contract> | undefined;
    do {
      const page: readonly StoredControlItem<Contract>[] = await contractsOf(control).page({
        limit: PAGE,
        ...(after === undefined ? {} : { after }),
      });
      const states = await Promise.all(page.map(({ partition }) => stateOf(control, partition)));
      for (const [at, { value }] of page.entries()) {
        const state = states[at];
        rows.push([
          value.tenantId,
          value.startsOn,
          value.endsOn ?? '-',
          accessOf(value, now),
          phaseWords(state),
          value.name,
        ]);
        json.push(contractJson(value, state, now, erasureNotice));
      }
      after = page.length < PAGE ? undefined : page.at(-1);
    } while (after !== undefined);
    if (rows.length === 0) return { text: 'There is no contract yet; "contract create" opens one.', json };
    return { text: table(['TENANT', 'FIRST DAY', 'LAST DAY', 'ACCESS', 'SERVICE', 'NAME'], rows), json };
  },
};
