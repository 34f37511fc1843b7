import { expect, test } from 'vitest';
import { childOf, NurseryOverHttp } from '../support/nursery-over-http.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** From the day before Japan's to the day after, and one that has summer time. */
const ZONES = ['Asia/Tokyo', 'Pacific/Pago_Pago', 'Pacific/Kiritimati', 'America/New_York'];

test("2.12 the machine's time zone changes nothing: neither days in Japan, nor instants, nor what is due when", async () => {
  const folder = tempFolder();
  let nursery: NurseryOverHttp | undefined;
  const seen: unknown[] = [];
  let child = '';
  for (const zone of ZONES) {
    const service = await ServiceProcess.start({ folder, env: { TZ: zone } });
    try {
      if (nursery === undefined) {
        nursery = await NurseryOverHttp.open(service, 'zones');
        const facility = await nursery.make('facilities', { name: 'さくら保育園', type: 'nursery' });
        // Enrolled from the day before Japan's today to the day after: within a day of it in every zone.
        child = await nursery.make('children', { ...childOf(facility), enrolments: [{ from: '2020-04-01' }] });
        await service.run('run-backups');
      }
      nursery.moveTo(service);
      const { administrator } = nursery;
      const events = (await administrator.must('GET', `/audit-events?target=${child}`)).body.items as { at: string }[];
      for (const { at } of events) expect(at).toMatch(/Z$/);
      seen.push({
        child: (await administrator.must('GET', `/children/${child}`)).body,
        list: (await administrator.must('GET', '/children')).body,
        created: events.at(-1),
        backups: (await administrator.must('GET', '/backups')).body,
        contract: await service.ops('contract', 'show', '--tenant', 'zones'),
      });
    } finally {
      await service.kill();
    }
  }
  for (const other of seen.slice(1)) expect(other).toEqual(seen[0]);
});
