import type { Contract } from '../domain/contracts/contract.ts';
import { destructionDue, type TenantState } from '../domain/contracts/tenant-state.ts';
import { mayDestroy, type Refusal } from '../domain/guard.ts';
import { type EpochMs, HOUR, instant } from '../model/instant.ts';
import type { JsonObject } from '../model/json.ts';
import { bothTimes } from './both-times.ts';

/** What an operator is told about the destruction of a tenant's data: the contract, and what the service has seen and said. */
export interface DestructionFacts {
  readonly contract: Contract;
  readonly state: TenantState | undefined;
  /** The store's clock. */
  readonly now: EpochMs;
  /** For how many milliseconds the service must have seen an end. */
  readonly notice: number;
}

/**
 * Why the data are not destroyed yet: what the guard says, as far as it can be told from here, or said last when a person must
 * look; `not-seen` before the service has seen the contract; `deciding` and `due` when it is about to begin.
 */
type NotYet = Refusal | 'not-seen' | 'deciding' | 'due';

/** For programs. */
export function destructionJson(facts: DestructionFacts): JsonObject {
  const from = destroysFrom(facts);
  const { erasure } = facts.state ?? {};
  return {
    destroysFrom: from === null ? null : instant(from),
    notDestroyedBecause: notYet(facts) ?? null,
    erasure: erasure ?? null,
  };
}

/** For people: labels and what stands beside them. */
export function destructionLines(facts: DestructionFacts): readonly (readonly [string, string])[] {
  const { contract, state } = facts;
  const { erasure } = state ?? {};
  if (erasure !== undefined && (state?.phase === 'destroying' || state?.phase === 'tombstone')) {
    const { keyGoneAt, erasedAt, documents, blobs } = erasure;
    return [
      [
        'Key destroyed',
        keyGoneAt === null ? 'not yet; the vault is asked every 15 seconds' : `at ${bothTimes(keyGoneAt)}`,
      ],
      [
        'Data erased',
        erasedAt === null ? 'not yet' : `at ${bothTimes(erasedAt)}: ${documents} documents, ${blobs} backup files`,
      ],
    ];
  }
  if (contract.endsAt === null) return [['Data destroyed from', 'not planned']];
  const from = destroysFrom(facts);
  const because = notYet(facts);
  return [
    ['Data destroyed from', from === null ? 'not known until the service has seen this end' : bothTimes(instant(from))],
    ...(because === undefined ? [] : [['Why not yet', words(because, facts)] as const]),
  ];
}

/** From when on the data are destroyed; null while the service has not seen this very end. */
function destroysFrom({ contract, state, notice }: DestructionFacts): EpochMs | null {
  return state === undefined || state.mirror.endsAt !== contract.endsAt ? null : destructionDue(state, notice);
}

/** Undefined when there is nothing to wait for: no end is planned, or the destruction has begun. */
function notYet({ contract, state, now, notice }: DestructionFacts): NotYet | undefined {
  if (state?.phase === 'destroying' || state?.phase === 'tombstone' || contract.endsAt === null) return undefined;
  if (state === undefined) return 'not-seen';
  if (state.phase === 'erasure-begun') return 'deciding';
  const { mirror, waiting } = state;
  const verdict = mayDestroy({ mirror, contract, hostNow: now, storeNow: now, notice });
  if (!verdict.destroy) return verdict.because;
  return waiting?.endsAt === mirror.endsAt ? waiting.because : 'due';
}

function words(because: NotYet, { state, notice }: DestructionFacts): string {
  const { mirror, waiting } = state ?? {};
  switch (because) {
    case 'not-ended':
      return 'the contract has not ended';
    case 'known-too-shortly':
      return `the service has known this end only since ${bothTimes(mirror?.firstSeenAt ?? '')}, and waits ${notice / HOUR} hours so that a mistake can be undone with "contract extend"`;
    case 'clocks-apart':
      return `the service's clock and the store's are 30 seconds apart or more, since ${bothTimes(waiting?.since ?? '')}; one of them is wrong, and nothing is destroyed until both are right`;
    case 'contract-vanished':
      return 'the service found no contract document when it last looked; it looks again every minute';
    case 'deciding':
      return 'the service decides right now; ask again in a minute';
    case 'due':
      return 'it is due: the service begins with its next run, every 15 seconds; if this stays, see "status"';
    case 'not-seen':
    case 'no-end':
    case 'end-not-seen':
    case 'end-changed':
      return 'the service has not seen this end yet; it looks every 15 seconds; if this stays, see "status"';
  }
}
