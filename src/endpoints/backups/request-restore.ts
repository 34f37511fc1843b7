import * as z from 'zod';
import { EVENT_KIND } from '../../domain/audit/events.ts';
import { BACKUPS_ID, type Backups } from '../../domain/backups/generation-list.ts';
import {
  OPEN_RESTORE_ID,
  type OpenRestore,
  REQUESTED,
  type RestoreRequest,
  requestFacts,
  requestItem,
} from '../../domain/backups/restore-state.ts';
import { canonicalJson } from '../../domain/collections/canonical-json.ts';
import { UUID_V7 } from '../../domain/ids.ts';
import { internalKind } from '../../domain/kind.ts';
import { Failure } from '../../model/failure.ts';
import { AREAS } from '../../model/grants.ts';
import { instant } from '../../model/instant.ts';
import type { ControlReader } from '../../ports/control-store.ts';
import { isStoreError } from '../../ports/store-error.ts';
import type { Caller } from '../pipeline/caller.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import type { Services } from '../pipeline/services.ts';
import { findRestore, openRequest } from './find-restore.ts';
import { restoreShown, shownRequest } from './restore-answer.ts';

const asked = z
  .strictObject({
    id: z.string().regex(UUID_V7).meta({ description: 'Made by the client, so that sending again is safe.' }),
    generation: z.string().regex(UUID_V7),
    dryRun: z.boolean().meta({ description: 'Compare only: tells what a restore would change, and changes nothing.' }),
  })
  .meta({ id: 'RestoreRequest' });
type Asked = z.output<typeof asked>;

/**
 * POST /restores: asks the jobs for a dry run, or for a restore, of a generation. One is open per tenant. The event of the
 * asking stands before the request does: the jobs act only on what the tenant's own audit log tells.
 */
export const requestRestore = sessionEndpoint({
  name: 'requestRestore',
  summary: { ja: 'バックアップから戻す（事前確認を含む）', en: 'Ask for a restore or a dry run' },
  description:
    'A dry run needs read, a restore write, on every area of the whole tenant. Sent again with the same id and content, the restore that it asked for is answered with 200.',
  body: { format: 'json', schema: asked },
  confirm: true,
  answers: {
    202: { description: 'Asked for: its progress stands at /restores/{id}', schema: restoreShown },
    200: { description: 'Sent again: the restore as it stands', schema: restoreShown },
  },
  failures: ['not-permitted', 'not-found', 'id-taken', 'in-use'],
  async handle(caller, { body }, services) {
    await requireEveryArea(caller, body.dryRun ? 'read' : 'write');
    const standing = await sentBefore(caller, body, services);
    if (standing !== undefined) return { status: 200, body: standing };
    if (!(await isGood(caller, body.generation, services))) throw new Failure('not-found');
    if (await anotherIsOpen(caller, body.id, services)) throw anotherOpen();
    await tell(caller, body);
    const request: RestoreRequest = { ...body, askedAt: instant(caller.now) };
    try {
      await services.requests.create(requestItem(caller.tenant.tenantId, request, caller.now));
    } catch (error) {
      if (!isStoreError(error, 'conflict')) throw error;
      const rival = await sentBefore(caller, body, services);
      if (rival !== undefined) return { status: 200, body: rival };
      const facts = { ...requestFacts(body), result: 'refused', reason: 'another-open' } as const;
      await caller.tenant.commit([], [caller.event(facts)]);
      throw anotherOpen();
    }
    return { status: 202, body: shownRequest(request), headers: { location: `/api/restores/${body.id}` } };
  },
});

/** Throws Failure `not-permitted`, noted in the audit log: a restore reaches everything, whatever area it belongs to. */
async function requireEveryArea(caller: Caller, level: 'read' | 'write'): Promise<void> {
  if (AREAS.every((area) => caller.may(area, level, 'all'))) return;
  await caller.noteOnceAnHour(`restore:${level}`, {
    action: 'access-refused',
    result: 'refused',
    reason: `every-area-${level}`,
  });
  throw new Failure('not-permitted');
}

/** The restore that this very request asked for before. Throws Failure `id-taken` when its id asked for something else. */
async function sentBefore(caller: Caller, { id, generation, dryRun }: Asked, services: Services) {
  const standing = await findRestore(caller, id, services);
  if (standing === undefined) return undefined;
  if (standing.generation !== generation || standing.dryRun !== dryRun) throw new Failure('id-taken');
  return standing;
}

async function isGood({ tenant }: Caller, generation: string, { tenantState }: Services): Promise<boolean> {
  const stored = await (tenantState as ControlReader<Backups>).get(tenant.tenantId, BACKUPS_ID);
  return stored?.value.generations.some(({ id, good }) => id === generation && good !== null) ?? false;
}

async function anotherIsOpen(caller: Caller, id: string, services: Services): Promise<boolean> {
  const request = await openRequest(caller, services);
  if (request !== undefined && request.id !== id) return true;
  const pointers = services.tenantState as ControlReader<OpenRestore>;
  const open = (await pointers.get(caller.tenant.tenantId, OPEN_RESTORE_ID))?.value.restore ?? null;
  return open !== null && open !== id;
}

function anotherOpen(): Failure {
  return new Failure('in-use', {
    text: {
      ja: 'ほかの復元か事前確認が、まだ終わっていません。終わってから、もう一度お試しください。',
      en: 'Another restore or dry run is still open. Try again when it has finished.',
    },
  });
}

/**
 * The event, whose id derives from the request's: sent again it is met, not doubled. Throws Failure `id-taken` when the one
 * that stands tells of something else.
 */
async function tell(caller: Caller, body: Asked): Promise<void> {
  const { tenant } = caller;
  const facts = requestFacts(body);
  const id = tenant.derivedId(REQUESTED, body.id);
  try {
    await tenant.commit([], [{ ...caller.event(facts), id }]);
  } catch (error) {
    if (!isStoreError(error, 'conflict')) throw error;
    const told = (await tenant.get(internalKind(EVENT_KIND), id, 'none'))?.clear;
    const same = [told?.['targets'], told?.['reason']];
    if (canonicalJson(same) !== canonicalJson([facts.targets, facts.reason])) throw new Failure('id-taken');
  }
}
