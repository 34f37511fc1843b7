import type { Contract } from '../domain/contracts/contract.ts';
import { extendContract } from '../domain/contracts/contract-changes.ts';
import { MINUTE, SECOND } from '../model/instant.ts';
import { isStoreError, StoreError } from '../ports/store-error.ts';
import type { Command, CommandContext } from './command.ts';
import { contractJson, contractText } from './contract-words.ts';
import { changeContract, contractsOf, itemOf, type StoredContract, stateOf } from './contracts.ts';
import { refused } from './refused.ts';

/** The job that erases decides within its next run, every 15 s; it has stopped when it has not after this long. */
const WAIT_AT_MOST = 5 * MINUTE;
const LOOK_EVERY = SECOND;

export const contractExtend: Command = {
  name: 'contract extend',
  summary: 'move the end of a contract back, or take it away',
  detail: `Gives a contract a later end, or none. A contract that has ended can be extended until the destruction of its data
begins. When the service is just about to begin, the command waits for its decision: either the contract is extended and
everything is there, or it is too late and the command says so.`,
  options: {
    tenant: { value: 'ID', required: true, help: 'The tenant.' },
    'ends-on': { value: 'DAY', help: 'The new last day of use.' },
    open: { help: 'The contract has no end.' },
  },
  async run(options, context) {
    const tenantId = options.text('tenant');
    const endsOn = options.optional('ends-on');
    if (options.flag('open') === (endsOn !== undefined)) {
      throw refused('Say how far the contract is extended: either --ends-on DAY for its new last day, or --open.');
    }
    const { control } = context;
    if (await destroyed(control, tenantId)) throw tooLate(tenantId);
    const { before, after } = await changeContract(control, tenantId, (contract, now) =>
      extendContract(contract, endsOn ?? null, now),
    );
    await decided(context, before, after);
    const state = await stateOf(control, tenantId);
    const now = await control.now();
    return {
      text: `Extended; the data are there.\n\n${contractText(after.value, state, now, context.erasureNotice)}`,
      json: contractJson(after.value, state, now, context.erasureNotice),
    };
  },
};

/**
 * Waits until the service's mark says that nothing is being destroyed. The contract stands already, and whoever begins to
 * destroy reads it once more after the mark: so a mark that does not say `erasure-begun` now never leads to a destruction
 * for the former end. Throws Failure when it is too late (the former end is put back: nobody can work with what is gone),
 * and StoreError when the service decides nothing.
 */
async function decided(context: CommandContext, before: Contract, after: StoredContract): Promise<void> {
  const { control, clock, tell } = context;
  const tenantId = before.tenantId;
  const from = clock.monotonic();
  for (let told = false; (await stateOf(control, tenantId))?.phase === 'erasure-begun'; told = true) {
    if (!told) tell('The service is about to destroy the data of this tenant; waiting for its decision ...');
    if (clock.monotonic() - from > WAIT_AT_MOST) {
      throw new StoreError(
        'unavailable',
        `the contract of "${tenantId}" is extended, but the service has not withdrawn the erasure within 5 minutes; is it running? Look with "status" and "contract show"`,
      );
    }
    await clock.sleep(LOOK_EVERY);
  }
  if (!(await destroyed(control, tenantId))) return;
  try {
    await contractsOf(control).replace(
      itemOf({ ...after.value, endsOn: before.endsOn, endsAt: before.endsAt }),
      after.etag,
    );
  } catch (error) {
    // Another operator has changed the contract since; what stands now is theirs.
    if (!isStoreError(error, 'stale')) throw error;
  }
  throw tooLate(tenantId);
}

async function destroyed(control: CommandContext['control'], tenantId: string): Promise<boolean> {
  const phase = (await stateOf(control, tenantId))?.phase;
  return phase === 'destroying' || phase === 'tombstone';
}

function tooLate(tenantId: string) {
  return refused(`Too late: the data of "${tenantId}" are being destroyed or are gone, and nothing brings them back.`);
}
