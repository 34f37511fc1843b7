import type { AuditEvent } from '../../src/domain/audit/events.ts';
import { newId } from '../../src/domain/ids.ts';
import { instant } from '../../src/model/instant.ts';
import { FAKE_START } from '../support/fake-clock.ts';

/** An event as a change needs one, with an id of its own. */
export function anEvent(rest: Partial<AuditEvent> = {}): AuditEvent {
  return {
    id: newId(FAKE_START),
    at: instant(FAKE_START),
    action: 'record-changed',
    ...{ actor: null, session: null, address: null, agent: null },
    ...{ targetKind: null, targets: [], facility: null },
    ...{ result: 'done', reason: null, version: null, trace: '' },
    ...rest,
  };
}
