import { type EpochMs, HOUR } from '../../model/instant.ts';
import type { ControlReader } from '../../ports/control-store.ts';
import { accessBegun, accessEnded, type Contract } from '../contracts/contract.ts';
import { type Announcement, isForAll, isKind, type Notice } from './announcement.ts';

/** Contracts are looked through in portions of this size. */
const PAGE = 100;

/** Whether a version may be released, and why; `notice` is the one that announced it first. */
export type ReleaseDecision =
  | { readonly pass: true; readonly because: 'announced'; readonly notice: Announcement<Notice> }
  | { readonly pass: true; readonly because: 'no-live-contract' }
  | {
      readonly pass: false;
      readonly because: 'too-recent';
      readonly notice: Announcement<Notice>;
      readonly passesFrom: EpochMs;
    }
  | { readonly pass: false; readonly because: 'not-announced' };

export interface ReleaseFacts {
  readonly version: string;
  readonly announcements: readonly Announcement[];
  readonly liveContract: boolean;
  /** How long the notice must have been public. */
  readonly hours: number;
  /** The store's own time, as the times of the announcements are. */
  readonly now: EpochMs;
}

/**
 * The gate before a release: a notice for this very version that is for all and not withdrawn has been public for
 * `hours`, or nobody works with the service. Source: row 2.16 of the requirements.
 */
export function releaseDecision({ version, announcements, liveContract, hours, now }: ReleaseFacts): ReleaseDecision {
  const notice = announcements
    .filter((each) => isKind(each, 'notice'))
    .filter((each) => each.content.version === version && isForAll(each) && !each.withdrawn)
    .reduce<Announcement<Notice> | undefined>(
      (first, each) => (first === undefined || each.publishedAt < first.publishedAt ? each : first),
      undefined,
    );
  const passesFrom = notice === undefined ? undefined : notice.publishedAt + hours * HOUR;
  if (notice !== undefined && passesFrom !== undefined && now >= passesFrom) {
    return { pass: true, because: 'announced', notice };
  }
  if (!liveContract) return { pass: true, because: 'no-live-contract' };
  if (notice === undefined || passesFrom === undefined) return { pass: false, because: 'not-announced' };
  return { pass: false, because: 'too-recent', notice, passesFrom };
}

/** Whether people were told of a version at all: by a notice, or by the incident that an emergency release opened. */
export function isAnnounced(version: string, announcements: readonly Announcement[]): boolean {
  return announcements.some(
    (each) =>
      (isKind(each, 'notice') || isKind(each, 'incident')) &&
      each.content.version === version &&
      isForAll(each) &&
      !each.withdrawn,
  );
}

/** Whether anybody can work with the service now: one contract that has begun and not ended is enough. Throws StoreError. */
export async function hasLiveContract(contracts: ControlReader<Contract>, now: EpochMs): Promise<boolean> {
  let page: Awaited<ReturnType<typeof contracts.page>> = [];
  do {
    const after = page.at(-1);
    page = await contracts.page({ limit: PAGE, ...(after === undefined ? {} : { after }) });
    if (page.some(({ value }) => accessBegun(value, now) && !accessEnded(value, now))) return true;
  } while (page.length === PAGE);
  return false;
}
