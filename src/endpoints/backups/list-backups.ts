import * as z from 'zod';
import { BACKUPS_ID, type Backups, KEPT } from '../../domain/backups/generation-list.ts';
import { type EpochMs, epochMs, SECOND } from '../../model/instant.ts';
import type { ControlReader } from '../../ports/control-store.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';

const generationShown = z
  .strictObject({
    id: z.string(),
    purpose: z
      .enum(['daily', 'before-restore'])
      .meta({ description: '`before-restore`: the state before a restore, kept for 7 days beside the nightly ones.' }),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    verifiedAt: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'When it was read back and found whole; null while it is being written.' }),
    ageSeconds: z.int().min(0).meta({ description: 'Since it was begun.' }),
    documents: z
      .record(z.string(), z.int())
      .nullable()
      .meta({ description: 'How many documents of each kind it holds, deleted ones included.' }),
    bytes: z.int().nullable().meta({ description: 'As it is stored: compressed and sealed.' }),
  })
  .meta({ id: 'Generation' });

const answer = z
  .strictObject({
    items: z.array(generationShown),
    nextAt: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'When the next one is due: in the past while it is late; null before it is planned.' }),
    kept: z.int().meta({ description: 'How many of the nightly ones are kept.' }),
  })
  .meta({ id: 'BackupList' });

/** GET /backups: the generations of the tenant's backup, the newest first, and when the next one is due. */
export const listBackups = sessionEndpoint({
  name: 'listBackups',
  summary: { ja: 'バックアップの一覧', en: 'List backups' },
  answers: { 200: { description: 'All generations that are kept', schema: answer } },
  async handle(caller, _input, { tenantState }) {
    await caller.noteOnceAnHour('generations', { action: 'records-listed', targetKind: 'generation' });
    const stored = await (tenantState as ControlReader<Backups>).get(caller.tenant.tenantId, BACKUPS_ID);
    const items = (stored?.value.generations ?? []).map((each) => shown(each, caller.now)).reverse();
    return { status: 200, body: { items, nextAt: stored?.value.slot ?? null, kept: KEPT } };
  },
});

function shown({ id, purpose, startedAt, good }: Backups['generations'][number], now: EpochMs) {
  const ageSeconds = Math.max(0, Math.floor((now - epochMs(startedAt)) / SECOND));
  return {
    ...{ id, purpose, startedAt, ageSeconds },
    finishedAt: good?.finishedAt ?? null,
    verifiedAt: good?.verifiedAt ?? null,
    documents: good?.documents ?? null,
    bytes: good?.bytes ?? null,
  };
}
