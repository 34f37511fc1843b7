import type { Command } from './command.ts';
import { contractJson, contractText } from './contract-words.ts';
import { contractOf, stateOf } from './contracts.ts';

export const contractShow: Command = {
  name: 'contract show',
  summary: 'one contract, its exact end, and what the service did about it',
  detail: 'Shows one contract. The activation code itself is stored nowhere; only until when it is valid can be told.',
  options: { tenant: { value: 'ID', required: true, help: 'The tenant.' } },
  async run(options, { control }) {
    const { value } = await contractOf(control, options.text('tenant'));
    const state = await stateOf(control, value.tenantId);
    const now = await control.now();
    return { text: contractText(value, state, now), json: contractJson(value, state, now) };
  },
};
