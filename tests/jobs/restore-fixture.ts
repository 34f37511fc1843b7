import { setImmediate } from 'node:timers/promises';
import { BACKED_UP, REBUILT } from '../../src/domain/backups/backed-up-kinds.ts';
import { documentText, isAlive, standingDocuments } from '../../src/domain/backups/backup-document.ts';
import {
  REQUESTED,
  type Restore,
  type RestoreRequest,
  requestFacts,
  requestItem,
  restoreStateId,
} from '../../src/domain/backups/restore-state.ts';
import { newId } from '../../src/domain/ids.ts';
import { runJob } from '../../src/jobs/job.ts';
import { runBackups } from '../../src/jobs/run-backups.ts';
import { type ServeRequestsContext, serveRequests } from '../../src/jobs/serve-requests.ts';
import { instant, MINUTE, SECOND } from '../../src/model/instant.ts';
import { anEvent } from '../domain/event.ts';
import { type BackupService, backupService, goodIds, smallTenant } from './backup-fixture.ts';

/** A small tenant with a good generation, and what happened to it after that. */
export async function changedTenant() {
  const on = await backupService();
  const made = await smallTenant(on);
  await runJob(runBackups, on.process());
  await on.night();
  const [generation = ''] = await goodIds(on);
  const then = await contentOf(on);
  const { write, garden, annex, hanako, taro, jiro } = made;
  // The two numbers change places, and the third child becomes somebody else's neighbour.
  await write.child(garden, { givenName: '花子', number: '9' }, hanako);
  await write.child(garden, { givenName: '太郎', number: '1' }, taro);
  await write.child(garden, { givenName: '花子', number: '2' }, hanako);
  await write.version(hanako, '新しい内容');
  const late = await write.child(annex, { givenName: '四郎', number: '7' });
  await write.facility('さくら第三保育園');
  await write.erase(jiro);
  return { on, ...made, generation, then, late, now: await contentOf(on) };
}

/** Everything that a restore may touch: living records and history by kind and id, and who has which unique value. */
export async function contentOf(on: BackupService, tenantId = 'sakura'): Promise<Readonly<Record<string, string>>> {
  const tenant = await on.tenant(tenantId);
  const content: Record<string, string> = {};
  for (const of of BACKED_UP) {
    for await (const { document } of standingDocuments(tenant, of, on.clock)) {
      content[`${document.kind}:${document.id}`] = isAlive(document) ? documentText(document) : 'deleted';
    }
  }
  for (const kind of REBUILT) {
    for (const { id, clear } of await tenant.list({ kind, parts: 'none', limit: 2000 })) {
      content[`${kind}:${id}`] = JSON.stringify(clear);
    }
  }
  return content;
}

/** Asks as the API does: the event first, then the request. */
export async function askFor(
  on: BackupService,
  generation: string,
  rest: { readonly dryRun?: boolean; readonly id?: string; readonly event?: 'none' | 'of-a-dry-run' } = {},
): Promise<string> {
  const now = on.clock.now();
  const { dryRun = false, id = newId(now), event } = rest;
  const request: RestoreRequest = { id, generation, dryRun, askedAt: instant(now) };
  if (event !== 'none') {
    const tenant = await on.tenant();
    const told = requestFacts({ ...request, dryRun: dryRun || event === 'of-a-dry-run' });
    await tenant.commit([], [anEvent({ id: tenant.derivedId(REQUESTED, id), at: instant(now), ...told })]);
  }
  await on.context.control.requests.create(requestItem('sakura', request, now));
  return id;
}

/** Runs the job, and lets time pass while it waits. */
export async function serve(on: BackupService, using: ServeRequestsContext = on.process()) {
  let over = false;
  const running = runJob(serveRequests, using).finally(() => {
    over = true;
  });
  while (!over) {
    if (on.clock.sleeping > 0) await on.clock.advance(30 * SECOND);
    await setImmediate();
  }
  return running;
}

/** The same, after the lease of a run that died has run out. */
export async function serveLater(on: BackupService, using?: ServeRequestsContext) {
  await on.clock.advance(11 * MINUTE);
  return serve(on, using);
}

export async function restoreOf(on: BackupService, id: string): Promise<Restore> {
  const stored = await on.tenantState.get('sakura', restoreStateId(id));
  if (stored === undefined) throw new Error(`no restore ${id}`);
  return stored.value as unknown as Restore;
}

export async function gateOf(on: BackupService): Promise<string | undefined> {
  return (await on.context.partitions.of('sakura').gate())?.name;
}

/** All events of an action. */
export async function eventsOf(on: BackupService, action: string) {
  const where = [{ field: 'action', is: action }];
  return (await on.context.partitions.of('sakura').timeline({ kind: 'event', where, limit: 500 })).map(
    ({ clear }) => clear,
  );
}

/**
 * What a restore of a generation taken `then` has to come to from `now`: everything as then, but what people deleted stays
 * deleted with all that hung on it, what was made since is gone, and history only grows.
 */
export function expectedAfter({
  then,
  now,
}: Pick<Awaited<ReturnType<typeof changedTenant>>, 'then' | 'now'>): Readonly<Record<string, string>> {
  const erased = Object.keys(now).filter((key) => now[key] === 'deleted');
  const isOfErased = (text: string) => erased.some((key) => text.includes(key.slice(key.indexOf(':') + 1)));
  const expected: Record<string, string> = {};
  for (const [key, text] of Object.entries(then)) {
    if (key.startsWith('number:') ? !isOfErased(text) : !isOfErased(key)) expected[key] = text;
  }
  for (const [key, text] of Object.entries(now)) {
    if (key.startsWith('version:')) expected[key] = text;
    else if (!(key in expected) && !key.startsWith('number:')) expected[key] = 'deleted';
  }
  return expected;
}
