import { endContract } from '../domain/contracts/contract-changes.ts';
import { type EpochMs, epochMs, HOUR, instant } from '../model/instant.ts';
import { bothTimes } from './both-times.ts';
import type { Command, CommandContext } from './command.ts';
import { contractJson } from './contract-words.ts';
import { changeContract, contractOf, stateOf } from './contracts.ts';
import type { OptionValues } from './options.ts';
import { refused } from './refused.ts';

export const contractEnd: Command = {
  name: 'contract end',
  summary: 'end a contract after a day, or at once',
  detail: `Sets the end of a contract, or brings it forward. From that instant every request is refused, and the data are then
destroyed for ever: at the end, or a day after the service first saw this end when that is later ("contract show" tells
when, and why not yet). Until the destruction begins, "contract extend" undoes it. Bringing an end forward raises an alert.
Asks for the tenant id before it writes.`,
  options: {
    tenant: { value: 'ID', required: true, help: 'The tenant.' },
    on: { value: 'DAY', help: 'Last day of use; access ends at midnight after it, Japan time.' },
    now: { help: "Access ends 60 seconds from now, by the store's clock." },
    confirm: { value: 'ID', help: 'The tenant id once more, instead of typing it when asked.' },
    yes: { help: 'Do not ask.' },
  },
  async run(options, context) {
    const tenantId = options.text('tenant');
    const end = endOf(options);
    const { control, erasureNotice } = context;
    // Refuses what cannot be done before it asks.
    const planned = endContract((await contractOf(control, tenantId)).value, end, await control.now());
    await confirmed(options, context, `End the contract of "${tenantId}" (${planned.name})?`);
    const { after } = await changeContract(control, tenantId, (contract, now) => endContract(contract, end, now));
    const endsAt = epochMs(after.value.endsAt ?? '');
    const destroysFrom = Math.max(endsAt, after.committedAt + erasureNotice);
    return {
      text: endText(tenantId, endsAt, destroysFrom, after.committedAt),
      json: contractJson(after.value, await stateOf(control, tenantId), after.committedAt, erasureNotice),
    };
  },
};

function endOf(options: OptionValues): { readonly on: string } | 'now' {
  const on = options.optional('on');
  if (options.flag('now') === (on !== undefined)) {
    throw refused('Say when the contract ends: either --on DAY for its last day, or --now.');
  }
  return on === undefined ? 'now' : { on };
}

/** Throws Failure unless the operator has named the tenant a second time, or has said that no question is wanted. */
async function confirmed(options: OptionValues, { ask }: CommandContext, question: string): Promise<void> {
  if (options.flag('yes')) return;
  const tenantId = options.text('tenant');
  const given = options.optional('confirm');
  if (given === undefined && ask === undefined) {
    throw refused(
      `Nobody is at the terminal to confirm this; add --confirm ${tenantId} (or --yes). Nothing was changed.`,
    );
  }
  const answer = given ?? (await ask?.(`${question}\nType the tenant id to go on: `)) ?? '';
  if (answer.trim() !== tenantId) {
    throw refused(`The tenant id "${answer.trim()}" is not "${tenantId}"; nothing was changed.`);
  }
}

function endText(tenantId: string, endsAt: EpochMs, destroysFrom: EpochMs, now: EpochMs): string {
  const hours = Math.ceil((destroysFrom - now) / HOUR);
  return [
    `The contract of "${tenantId}" ends at ${bothTimes(instant(endsAt))}; from then on nobody can work with it.`,
    `Its data are destroyed for ever from about ${bothTimes(instant(destroysFrom))}, in ${hours} hours${hours < 48 ? '' : ` (${Math.floor(hours / 24)} days)`}.`,
    `Until then "contract extend --tenant ${tenantId} --ends-on DAY" (or --open) takes it back.`,
  ].join('\n');
}
