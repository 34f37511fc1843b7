import { CONTRACT_ID } from '../domain/contracts/contract.ts';
import { lives } from '../domain/contracts/tenant-state.ts';
import type { Command } from './command.ts';
import { contractJson, contractText } from './contract-words.ts';
import { contractOf, contractsOf, stateOf } from './contracts.ts';
import { refused } from './refused.ts';

export const contractShow: Command = {
  name: 'contract show',
  summary: 'one contract, its exact end, and what the service did about it',
  detail: `Shows one contract, from when on the tenant's data are destroyed, and why they are not destroyed yet. The activation code
itself is stored nowhere; only until when it is valid can be told.`,
  options: { tenant: { value: 'ID', required: true, help: 'The tenant.' } },
  async run(options, { control, erasureNotice }) {
    const tenantId = options.text('tenant');
    const state = await stateOf(control, tenantId);
    if (state !== undefined && lives(state) && (await contractsOf(control).get(tenantId, CONTRACT_ID)) === undefined) {
      throw refused(
        `The contract document of "${tenantId}" has vanished. The service holds its data: nobody can sign in, and nothing is destroyed. Find out who removed it; "contract create" with the same id writes it anew.`,
      );
    }
    const { value } = await contractOf(control, tenantId);
    const now = await control.now();
    return {
      text: contractText(value, state, now, erasureNotice),
      json: contractJson(value, state, now, erasureNotice),
    };
  },
};
