import { withActivation } from '../domain/contracts/contract-changes.ts';
import { codeHash, newCode } from '../domain/sign-in/codes.ts';
import { codeJson, codeText, shownCode } from './activation.ts';
import type { Command } from './command.ts';
import { changeContract } from './contracts.ts';

export const contractCode: Command = {
  name: 'contract code',
  summary: 'issue another activation code, which replaces the one before',
  detail: `Issues a new one-time code for the first administrator, for when the one before was lost or has run out. It works only
while the tenant never had an account: afterwards the tenant's own administrators invite people, and an operator's code is
ignored, logged and raises an alert.`,
  options: { tenant: { value: 'ID', required: true, help: 'The tenant.' } },
  async run(options, { control, publicUrl }) {
    const code = newCode();
    const { after } = await changeContract(control, options.text('tenant'), (contract, now) =>
      withActivation(contract, codeHash(code), now),
    );
    const shown = shownCode(after.value, code, publicUrl);
    return { text: codeText(shown), json: codeJson(shown) };
  },
};
