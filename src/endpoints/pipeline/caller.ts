import type { Action, AuditEvent, Result } from '../../domain/audit/events.ts';
import { newId } from '../../domain/ids.ts';
import type { Account } from '../../domain/sign-in/account.ts';
import type { Session } from '../../domain/sign-in/sessions.ts';
import type { SignInRules } from '../../domain/sign-in/sign-in-rules.ts';
import type { ReadWitness, TenantHandle } from '../../domain/tenant-handle.ts';
import type { Failure } from '../../model/failure.ts';
import type { Area, FacilityScope, Level } from '../../model/grants.ts';
import { type EpochMs, instant } from '../../model/instant.ts';
import type { StoredItem } from '../../ports/partition-store.ts';

/** Where a request comes from, before anybody is known. */
export interface Visitor {
  /** Network address of the client; null when the host tells none. */
  readonly address: string | null;
  /** Family of the user agent. */
  readonly agent: string;
  /** Id of the device that a validly signed device cookie names. */
  readonly device: string | null;
  readonly trace: string;
  /** When the request came in. */
  readonly now: EpochMs;
}

/** What an event tells besides who and where. */
export interface EventFacts {
  readonly action: Action;
  readonly actor?: string | null;
  readonly session?: string | null;
  readonly targetKind?: string;
  readonly targets?: readonly string[];
  readonly facility?: string | null;
  readonly result?: Result;
  readonly reason?: string;
  readonly version?: string;
}

/** An event of this request, without id: for the read log, which derives it. */
export function eventFacts(visitor: Visitor, facts: EventFacts): Omit<AuditEvent, 'id'> {
  return {
    at: instant(visitor.now),
    action: facts.action,
    actor: facts.actor ?? null,
    session: facts.session ?? null,
    address: visitor.address,
    agent: visitor.agent,
    targetKind: facts.targetKind ?? null,
    targets: facts.targets ?? [],
    facility: facts.facility ?? null,
    result: facts.result ?? 'done',
    reason: facts.reason ?? null,
    version: facts.version ?? null,
    trace: visitor.trace,
  };
}

/** An event of a request of somebody who is not (yet) signed in. */
export function visitorEvent(visitor: Visitor, facts: EventFacts): AuditEvent {
  return { id: newId(visitor.now), ...eventFacts(visitor, facts) };
}

/** Somebody with a verified session: the tenant's handle, and the account as it stands at this very request. */
export interface Caller extends Visitor {
  readonly tenant: TenantHandle;
  readonly rules: SignInRules;
  readonly accountId: string;
  readonly account: Account;
  /** The stored account, for replacing it under If-Match. */
  readonly accountItem: StoredItem;
  readonly session: Session;
  /** Facilities in which the account holds at least this level; an empty list when it holds it nowhere. */
  facilities(area: Area, level: Exclude<Level, 'none'>): FacilityScope;
  may(area: Area, level: Exclude<Level, 'none'>, facility: string): boolean;
  /** An event that this caller causes. */
  event(facts: Omit<EventFacts, 'actor' | 'session'>): AuditEvent;
  /** Writes an hourly event (reads, lists, searches) unless it stands already. `subject` is never stored. */
  noteOnceAnHour(subject: string, facts: Omit<EventFacts, 'actor' | 'session'>): Promise<void>;
  /** Writes the read event of a record unless it stands already, and returns the proof with which its body opens. */
  noteReading(record: { readonly kind: string; readonly id: string }, facility: string | null): Promise<ReadWitness>;
  /** Writes one event for the reading of all its targets (at most 200) unless it stands already, and returns their proofs. */
  noteReadings(
    subject: string,
    facts: Omit<EventFacts, 'actor' | 'session'>,
  ): Promise<(kind: string, id: string) => ReadWitness>;
  /** Notes that something out of this caller's reach was asked for, and gives the failure to throw: `not-found`, as for an unknown id. */
  outOfReach(targetKind: string, id: string): Promise<Failure>;
}
