import {
  isOver,
  OPEN_RESTORE_ID,
  type OpenRestore,
  type Restore,
  type RestoreRequest,
  restoreStateId,
  takenUp,
} from '../../domain/backups/restore-state.ts';
import type { EpochMs, Instant } from '../../model/instant.ts';
import type { ControlContainer, StoredControlItem } from '../../ports/control-store.ts';
import { isStoreError } from '../../ports/store-error.ts';

/**
 * One restore's state. Replaced under If-Match: of two runs at once the slower one gets `stale`, and stops. It, and not the
 * request, is what keeps a restore going: a request that vanished leaves no tenant closed.
 */
export class RestoreProgress {
  readonly tenantId: string;
  readonly #tenantState: ControlContainer;
  #stored: StoredControlItem<Restore>;

  private constructor(tenantState: ControlContainer, stored: StoredControlItem<Restore>) {
    this.tenantId = stored.partition;
    this.#tenantState = tenantState;
    this.#stored = stored;
  }

  static async find(
    tenantState: ControlContainer,
    tenantId: string,
    restore: string,
  ): Promise<RestoreProgress | undefined> {
    const states = tenantState as ControlContainer<Restore>;
    const stored = await states.get(tenantId, restoreStateId(restore));
    return stored && new RestoreProgress(tenantState, stored);
  }

  /** Creates the state of a request that is taken up. Throws `conflict` when it was taken up before. */
  static async create(
    tenantState: ControlContainer,
    tenantId: string,
    request: RestoreRequest,
    startedAt: Instant,
  ): Promise<RestoreProgress> {
    const states = tenantState as ControlContainer<Restore>;
    const value = takenUp(request, startedAt);
    const item = { partition: tenantId, id: restoreStateId(request.id), value, dueAt: null };
    return new RestoreProgress(tenantState, await states.create(item));
  }

  get state(): Restore {
    return this.#stored.value;
  }

  /** Throws `stale` when another run has gone on meanwhile. */
  async update(change: Partial<Restore>): Promise<void> {
    const { partition, id, etag } = this.#stored;
    const value = { ...this.state, ...change };
    const states = this.#tenantState as ControlContainer<Restore>;
    this.#stored = await states.replace({ partition, id, value, dueAt: null }, etag);
  }

  /** Makes it the tenant's open restore. False while another one is. */
  async open(now: EpochMs): Promise<boolean> {
    const { id } = this.state;
    const pointers = this.#tenantState as ControlContainer<OpenRestore>;
    const standing = await pointers.get(this.tenantId, OPEN_RESTORE_ID);
    const other = standing?.value.restore ?? null;
    if (other === id) return true;
    if (other !== null) {
      const progress = await RestoreProgress.find(this.#tenantState, this.tenantId, other);
      if (progress !== undefined && !isOver(progress.state)) return false;
    }
    const item = { partition: this.tenantId, id: OPEN_RESTORE_ID, value: { restore: id }, dueAt: now };
    await (standing === undefined ? pointers.create(item) : pointers.replace(item, standing.etag));
    return true;
  }

  /** Lets the tenant's open restore rest until then. */
  postpone(until: EpochMs): Promise<void> {
    return this.#point({ restore: this.state.id }, until);
  }

  /** Says that none is open any more, unless another one is. */
  close(): Promise<void> {
    return this.#point({ restore: null }, null);
  }

  async #point(value: OpenRestore, dueAt: EpochMs | null): Promise<void> {
    const pointers = this.#tenantState as ControlContainer<OpenRestore>;
    const standing = await pointers.get(this.tenantId, OPEN_RESTORE_ID);
    if (standing?.value.restore !== this.state.id) return;
    try {
      const item = { partition: this.tenantId, id: OPEN_RESTORE_ID, value, dueAt };
      await pointers.replace(item, standing.etag);
    } catch (error) {
      if (!isStoreError(error, 'stale')) throw error;
    }
  }
}

/** Tenants with an open restore, and which it is. */
export async function openRestores(
  tenantState: ControlContainer,
  now: EpochMs,
  limit: number,
): Promise<readonly { readonly tenantId: string; readonly restore: string }[]> {
  const pointers = tenantState as ControlContainer<OpenRestore>;
  const due = await pointers.due({ id: OPEN_RESTORE_ID, at: now, limit });
  return due.flatMap(({ partition, value: { restore } }) =>
    restore === null ? [] : [{ tenantId: partition, restore }],
  );
}
