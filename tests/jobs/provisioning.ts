import { expect } from 'vitest';
import { runJob } from '../../src/jobs/job.ts';
import type { JobContext } from '../../src/jobs/job-table.ts';
import { provisionTenants } from '../../src/jobs/provision-tenants.ts';
import { SECOND } from '../../src/model/instant.ts';
import type { Service } from './service-fixture.ts';

/** Time passes so that a dead run's lease no longer stands, then the job runs. */
export async function nextTick(on: Service, context: JobContext = on.context) {
  await on.clock.advance(90 * SECOND);
  return runJob(provisionTenants, context);
}

/** A tenant is whole: one gate, its key in the vault, the mark naming it. */
export async function expectProvisioned(on: Service, tenantId = 'sakura'): Promise<void> {
  const state = await on.stateOf(tenantId);
  expect(state).toMatchObject({ phase: 'provisioned' });
  const gate = await on.context.partitions.of(tenantId).gate();
  expect(gate?.name).toBe('gate:1');
  expect(gate?.content).toEqual({ dataKey: state?.dataKeyVersion, lookupKey: state?.dataKeyVersion });
  const key = await on.tenantKeys.get(`tenant-${tenantId}`, state?.dataKeyVersion ?? '');
  expect(Buffer.from(key?.value ?? '', 'base64')).toHaveLength(32);
}
