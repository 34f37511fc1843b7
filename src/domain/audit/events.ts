import type { Instant } from '../../model/instant.ts';
import { epochMs } from '../../model/instant.ts';
import type { JsonObject } from '../../model/json.ts';
import type { NewItem } from '../../ports/partition-store.ts';

/** Everything that an audit event can be about. Adding one is an additive change. Source: the list of the security values. */
export const ACTIONS = [
  'sign-in',
  'sign-in-failed',
  'sign-in-failures-many',
  'tenant-activated',
  'activation-refused',
  'registered',
  'recovered',
  'password-changed',
  'recovery-codes-made',
  'confirmed',
  'confirm-failed',
  'session-ended',
  'account-created',
  'account-changed',
  'account-suspended',
  'account-resumed',
  'account-reset',
  'account-erased',
  'grants-changed',
  'sign-in-rules-changed',
  'settings-changed',
  'access-refused',
  'record-read',
  'records-listed',
  'records-searched',
  'record-created',
  'record-changed',
  'record-closed',
  'record-deleted',
  'record-remains-deleted',
  'records-imported',
  'records-exported',
  'events-listed',
  'log-exported',
  'events-expired',
  'key-created',
  'key-destroyed',
  'tenant-erased',
  'contract-change-seen',
  'backup-made',
  'restore-requested',
  'restore-finished',
] as const;
export type Action = (typeof ACTIONS)[number];

export type Result = 'done' | 'refused' | 'failed';

/** At most this many target ids stand in one event; work on more is several events. */
export const EVENT_MAX_TARGETS = 200;

/**
 * Who did, or saw, what. Events outlive the tenant's key and are not sealed: they hold ids, codes and addresses, and
 * never a name, health content, password, token, code, request body or query string.
 */
export interface AuditEvent {
  readonly id: string;
  readonly at: Instant;
  readonly action: Action;
  /** Account id; null where nobody was signed in. */
  readonly actor: string | null;
  /** Id of the session, which is neither its token nor its secret. */
  readonly session: string | null;
  readonly address: string | null;
  /** Family of the user agent, e.g. `Safari on iPad`. */
  readonly agent: string | null;
  readonly targetKind: string | null;
  readonly targets: readonly string[];
  readonly facility: string | null;
  readonly result: Result;
  /** A stable code, never free text. */
  readonly reason: string | null;
  /** Id of the sealed former version that this change left behind. */
  readonly version: string | null;
  /** Trace id of the request or job run. */
  readonly trace: string;
}

export const EVENT_KIND = 'event';

/** The stored form of an event. Throws RangeError when it names more targets than one event may hold. */
export function eventItem(event: AuditEvent): NewItem {
  if (event.targets.length > EVENT_MAX_TARGETS)
    throw new RangeError(`an event names at most ${EVENT_MAX_TARGETS} targets`);
  const { id, at, ...content } = event;
  return {
    kind: EVENT_KIND,
    id,
    index: { at: epochMs(at), ...(event.facility === null ? {} : { facility: event.facility }) },
    clear: { at, ...content } satisfies JsonObject,
    card: null,
    body: null,
    expiresAt: null,
  };
}

/** The event behind a stored item of kind `event`. */
export function eventOf(item: Pick<NewItem, 'id' | 'clear'>): AuditEvent {
  return { id: item.id, ...(item.clear as unknown as Omit<AuditEvent, 'id'>) };
}
