import { createContract, withActivation } from '../domain/contracts/contract-changes.ts';
import { codeHash, newCode } from '../domain/sign-in/codes.ts';
import { isStoreError } from '../ports/store-error.ts';
import { codeJson, codeText, shownCode } from './activation.ts';
import type { Command } from './command.ts';
import { contractJson, contractText } from './contract-words.ts';
import { contractsOf, itemOf } from './contracts.ts';
import { refused } from './refused.ts';

export const contractCreate: Command = {
  name: 'contract create',
  summary: 'open a contract and print its one-time activation code',
  detail: `Creates the contract of a new tenant. The service sets the tenant up within a minute. The activation code opens the
first administrator's account; it is valid 14 days from now or, if that is later, from the first day.
A tenant id is never used again, not even after the contract has ended and the data are erased.`,
  options: {
    tenant: {
      value: 'ID',
      required: true,
      help: 'Code that people type at sign-in: a-z, 0-9, "-"; 3 to 32 characters.',
    },
    name: { value: 'NAME', required: true, help: 'Name of the contract holder.' },
    'starts-on': { value: 'DAY', required: true, help: 'First day of use.' },
    'ends-on': { value: 'DAY', help: 'Last day of use; without it the contract is open.' },
  },
  async run(options, { control, publicUrl }) {
    const now = await control.now();
    const terms = {
      tenantId: options.text('tenant'),
      name: options.text('name'),
      startsOn: options.text('starts-on'),
      endsOn: options.optional('ends-on') ?? null,
    };
    const code = newCode();
    const contract = withActivation(createContract(terms, now), codeHash(code), now);
    try {
      await contractsOf(control).create(itemOf(contract));
    } catch (error) {
      if (!isStoreError(error, 'conflict')) throw error;
      throw refused(
        `There is a contract "${contract.tenantId}" already, and an id is never used again; choose another id, or see "contract show --tenant ${contract.tenantId}".`,
      );
    }
    const shown = shownCode(contract, code, publicUrl);
    return {
      text: `${contractText(contract, undefined, now)}\n\n${codeText(shown)}`,
      json: { contract: contractJson(contract, undefined, now), activation: codeJson(shown) },
    };
  },
};
