import { accessBegun, accessEnded, type Contract } from '../domain/contracts/contract.ts';
import { KNOWN_FOR, type TenantState } from '../domain/contracts/tenant-state.ts';
import type { EpochMs } from '../model/instant.ts';
import type { JsonObject } from '../model/json.ts';
import { bothTimes } from './both-times.ts';
import { destructionJson, destructionLines } from './destruction-words.ts';

/**
 * What a contract and the service's work on it look like to programs. The hash of the activation code is left out. `notice`
 * is for how many milliseconds the service must have seen an end before it destroys anything for it.
 */
export function contractJson(
  contract: Contract,
  state: TenantState | undefined,
  now: EpochMs,
  notice: number = KNOWN_FOR,
): JsonObject {
  const { activation, ...terms } = contract;
  return {
    ...terms,
    access: accessOf(contract, now),
    activationCode: activation === null ? null : { issuedAt: activation.issuedAt, expiresAt: activation.expiresAt },
    service: {
      phase: state?.phase ?? null,
      provisionedAt: state?.provisionedAt ?? null,
      endSeen: state?.mirror.endsAt ?? null,
      endFirstSeenAt: state?.mirror.firstSeenAt ?? null,
      ...destructionJson({ contract, state, now, notice }),
    },
  };
}

/** Whether people can work under the contract. */
export function accessOf(contract: Contract, now: EpochMs): 'not begun' | 'open' | 'ended' {
  if (accessEnded(contract, now)) return 'ended';
  return accessBegun(contract, now) ? 'open' : 'not begun';
}

/** One contract, for people. Takes what `contractJson` takes. */
export function contractText(
  contract: Contract,
  state: TenantState | undefined,
  now: EpochMs,
  notice: number = KNOWN_FOR,
): string {
  const { activation } = contract;
  const lines: readonly (readonly [string, string])[] = [
    ['Tenant (契約コード)', contract.tenantId],
    ['Name (契約者)', contract.name],
    ['First day (開始日)', contract.startsOn],
    ['Last day (終了日)', contract.endsOn ?? 'none'],
    ['Access ends (利用終了)', contract.endsAt === null ? 'never' : bothTimes(contract.endsAt)],
    ['Access now', accessOf(contract, now)],
    ['Activation until', activation === null ? 'no code' : bothTimes(activation.expiresAt)],
    ['Service', phaseWords(state)],
    ['End seen by service', state?.mirror.firstSeenAt ? `at ${bothTimes(state.mirror.firstSeenAt)}` : 'no end seen'],
    ...destructionLines({ contract, state, now, notice }),
  ];
  return lines.map(([label, value]) => `${label}: ${value}`).join('\n');
}

/** What the service has done about a tenant, in words. */
export function phaseWords(state: TenantState | undefined): string {
  switch (state?.phase) {
    case undefined:
      return 'not seen yet';
    case 'provisioning':
      return 'being set up';
    case 'provisioned':
      return 'ready';
    case 'erasure-begun':
      return 'erasure begun, can still be withdrawn';
    case 'destroying':
      return 'being destroyed';
    case 'tombstone':
      return 'erased';
  }
}
