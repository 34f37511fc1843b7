import { spawnSync } from 'node:child_process';
import { createCipheriv, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import { openService } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { BACKED_UP } from '../../src/domain/backups/backed-up-kinds.ts';
import { documentText, standingDocuments } from '../../src/domain/backups/backup-document.ts';
import { BACKUPS_ID, type Backups } from '../../src/domain/backups/generation-list.ts';
import type { TenantHandle } from '../../src/domain/tenant-handle.ts';
import { runJob } from '../../src/jobs/job.ts';
import { runBackups } from '../../src/jobs/run-backups.ts';
import { DAY } from '../../src/model/instant.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ControlContainer } from '../../src/ports/control-store.ts';
import type { Figure } from './figure.ts';
import { later } from './later-jobs.ts';
import { prepare } from './prepared-tenant.ts';
import { byTurns } from './ratio.ts';
import type { Workplace } from './workplace.ts';

const TENANT = 'backed-up';
const ROUNDS = 5;
const FACILITIES = 20;
const CHILDREN = 1_000;
const PORTION = 8 * 1024 * 1024;
const FEW = { facilities: 1, children: 1_000 };
/** Some parts that are full, as everything above this. */
const SOME = { facilities: 10, children: 1_000 };
const MANY = { facilities: 100, children: 1_000 };
/** The same limits for both, in MiB, so that what is measured is what the job holds and not how lazily memory is given back. */
const HEAP = ['--max-old-space-size=96', '--max-semi-space-size=4'];

const compress = promisify(zstdCompress);

/** The nightly backup: its speed against that of the work that no backup can do without, its memory for many records against few. */
export const backingUp: Figure = {
  name: 'backing-up',
  async measure(workplace) {
    return [await measureSpeed(workplace), ...(await measureMemory(workplace))];
  },
};

async function measureSpeed(workplace: Workplace) {
  const folder = workplace.folder();
  await prepare(folder, [{ tenantId: TENANT, facilities: FACILITIES, children: CHILDREN, sessions: 0 }]);
  const service = await openService(readConfig({ LEYSERKIDS_DATA_DIR: folder }));
  const { handle } = await service.jobs.handles.open(TENANT);
  const list = service.jobs.control.tenantState as ControlContainer<Backups>;
  const bytes = (await workAlone(handle, service.jobs.clock)).bytes;
  const perSecond = (ms: number) => bytes / 1e6 / (ms / 1000);
  const backUp = async (night: number): Promise<number> => {
    const context = later(service.jobs, (night + 2) * DAY);
    const startedAt = performance.now();
    const { outcome } = await runJob(runBackups, context);
    const ms = performance.now() - startedAt;
    const generations = (await list.get(TENANT, BACKUPS_ID))?.value.generations ?? [];
    const good = generations.filter(({ good }) => good !== null).length;
    if (outcome !== 'done' || good !== Math.min(night + 1, 7)) throw new Error(`${outcome}, ${good} good generations`);
    return perSecond(ms);
  };
  // The first night is told from the others by new code.
  await backUp(0);
  const { whole, alone } = await byTurns(ROUNDS, {
    alone: async () => perSecond((await workAlone(handle, service.jobs.clock)).ms),
    whole: (round) => backUp(round + 1),
  });
  await service.close();
  return {
    what: `backing up ${FACILITIES * CHILDREN} records and reading them back, against reading, opening, zstd and AES alone`,
    ...{ measured: whole, against: alone, unit: 'MB/s', bound: { atLeast: 0.5 } },
  };
}

/** Reads and opens every document, compresses the text and encrypts it, and keeps nothing. */
async function workAlone(tenant: TenantHandle, clock: Clock): Promise<{ readonly ms: number; readonly bytes: number }> {
  const key = randomBytes(32);
  const startedAt = performance.now();
  let bytes = 0;
  let lines: string[] = [];
  let waiting = 0;
  const flush = async () => {
    const packed = await compress(lines.join('\n'), { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
    const cipher = createCipheriv('aes-256-gcm', key, randomBytes(12));
    cipher.update(packed);
    cipher.final();
    bytes += waiting;
    waiting = 0;
    lines = [];
  };
  for (const of of BACKED_UP) {
    for await (const { document } of standingDocuments(tenant, of, clock)) {
      const text = documentText(document);
      lines.push(text);
      waiting += Buffer.byteLength(text);
      if (waiting >= PORTION) await flush();
    }
    await flush();
  }
  return { ms: performance.now() - startedAt, bytes };
}

async function measureMemory(workplace: Workplace) {
  const filled = async (plan: typeof FEW): Promise<string> => {
    const folder = workplace.folder();
    await prepare(folder, [{ tenantId: TENANT, ...plan, sessions: 0 }]);
    return folder;
  };
  const folders = { few: await filled(FEW), some: await filled(SOME), many: await filled(MANY) };
  let night = 0;
  const peak = (folder: string): number => {
    night += 1;
    const args = [...HEAP, 'tests/bench/backup-process.ts', folder, String(night)];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the backup ended with ${status}: ${stderr}`);
    return Number(stdout) / 1024;
  };
  const { few, some, many } = await byTurns(3, {
    few: () => peak(folders.few),
    some: () => peak(folders.some),
    many: () => peak(folders.many),
  });
  const what = `the most memory that a process holds when it backs up ${recordsOf(MANY)} records, against`;
  const held = { measured: many, unit: 'MiB', bound: { atMost: 1.3 } };
  return [
    { what: `${what} ${recordsOf(FEW)}`, ...held, against: few },
    { what: `${what} ${recordsOf(SOME)}`, ...held, against: some },
  ];
}

function recordsOf({ facilities, children }: typeof FEW): number {
  return facilities * children;
}
