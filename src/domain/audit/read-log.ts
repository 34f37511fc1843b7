import { HOUR } from '../../model/instant.ts';
import type { Clock } from '../../ports/clock.ts';
import { isStoreError } from '../../ports/store-error.ts';
import { BoundedMap } from '../bounded-map.ts';
import { ReadWitness, type TenantHandle } from '../tenant-handle.ts';
import type { AuditEvent } from './events.ts';

/** Bounds memory: about 10 MB. What falls out costs one commit that meets the existing event. */
const REMEMBERED_AT_MOST = 50_000;

/**
 * Writes what happens often (reads, lists, searches, refused access) once per session, subject and hour. The id of the
 * event derives from these three, so that instances, retries and restarts cannot double it; it is remembered only
 * after its commit succeeded, so that none can be lost.
 */
export class ReadLog {
  readonly #clock: Clock;
  readonly #written: BoundedMap<string, true>;

  constructor(clock: Clock, capacity: number = REMEMBERED_AT_MOST) {
    this.#clock = clock;
    this.#written = new BoundedMap(capacity);
  }

  /**
   * Makes sure that the event of this hour stands in the store before it returns. `subject` is what is read (for
   * searches: text that must not be stored); `event` is the event but for its id. Costs no store call when this
   * instance has written it already, otherwise one commit. Throws what `TenantHandle.commit` throws, save the conflict
   * with itself.
   */
  async note(handle: TenantHandle, session: string, subject: string, event: Omit<AuditEvent, 'id'>): Promise<void> {
    const hour = Math.floor(this.#clock.now() / HOUR);
    const id = handle.derivedId('hourly-event', JSON.stringify([session, event.action, subject, hour]));
    const name = `${handle.tenantId}/${id}`;
    if (this.#written.get(name) === true) return;
    try {
      await handle.commit([], [{ id, ...event }]);
    } catch (error) {
      if (!isStoreError(error, 'conflict')) throw error;
    }
    this.#written.set(name, true);
  }

  /**
   * Notes the reading of the records that the event names as its targets (at most 200), and returns the proofs with
   * which their bodies open; RangeError for any other.
   */
  async noteRecords(
    handle: TenantHandle,
    session: string,
    subject: string,
    event: Omit<AuditEvent, 'id'>,
  ): Promise<(kind: string, id: string) => ReadWitness> {
    await this.note(handle, session, subject, event);
    const named = new Set(event.targets);
    return (kind, id) => {
      if (kind !== event.targetKind || !named.has(id)) throw new RangeError('the read event does not name this record');
      return ReadWitness.afterReadEvent(kind, id);
    };
  }

  /** Notes the reading of one record and returns the proof with which its body opens. */
  async noteRecord(
    handle: TenantHandle,
    session: string,
    record: { readonly kind: string; readonly id: string },
    event: Omit<AuditEvent, 'id'>,
  ): Promise<ReadWitness> {
    await this.note(handle, session, `${record.kind}:${record.id}`, event);
    return ReadWitness.afterReadEvent(record.kind, record.id);
  }
}
