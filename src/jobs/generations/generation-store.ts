import { BACKUPS_ID, type Backups, backupsItem } from '../../domain/backups/generation-list.ts';
import type { EpochMs } from '../../model/instant.ts';
import type { ControlContainer, StoredControlItem } from '../../ports/control-store.ts';
import { isStoreError, StoreError } from '../../ports/store-error.ts';

export type StoredBackups = StoredControlItem<Backups>;

/** What a change makes of the list: undefined leaves it. A due time that is not named stays. */
export type BackupsChange = (
  stored: StoredBackups,
) => { readonly value: Backups; readonly dueAt?: EpochMs | null } | undefined;

/** Changes lose only to other runs' changes of the same tenant; there are never this many at once. */
const TRIES = 10;

/** One tenant's list of generations. */
export class GenerationStore {
  readonly tenantId: string;
  readonly #items: ControlContainer<Backups>;

  constructor(tenantState: ControlContainer, tenantId: string) {
    this.tenantId = tenantId;
    this.#items = tenantState as ControlContainer<Backups>;
  }

  /** The list, which stands once a tenant's first night is known. */
  read(): Promise<StoredBackups | undefined> {
    return this.#items.get(this.tenantId, BACKUPS_ID);
  }

  /** Replaces the list as it was read. Throws `stale` when another run was faster. */
  replace(stored: StoredBackups, value: Backups, dueAt: EpochMs | null = stored.dueAt): Promise<StoredBackups> {
    return this.#items.replace(backupsItem(this.tenantId, value, dueAt), stored.etag);
  }

  /**
   * Changes the list as it stands, whoever else changes it at the same time: `change` may be asked more than once. Returns
   * what was written, or undefined when `change` leaves it or there is no list.
   */
  async change(change: BackupsChange): Promise<StoredBackups | undefined> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const stored = await this.read();
      const next = stored && change(stored);
      if (stored === undefined || next === undefined) return undefined;
      try {
        return await this.replace(stored, next.value, next.dueAt === undefined ? stored.dueAt : next.dueAt);
      } catch (error) {
        if (!isStoreError(error, 'stale')) throw error;
      }
    }
    throw new StoreError('busy', `the list of generations of ${this.tenantId} changes all the time`);
  }
}
