import * as z from 'zod';
import { AnnouncementReader } from '../../../src/domain/announcements/announcement-reader.ts';
import type { Answer } from '../../../src/endpoints/pipeline/answer.ts';
import type { Visitor } from '../../../src/endpoints/pipeline/caller.ts';
import type { PublicEndpoint } from '../../../src/endpoints/pipeline/endpoint.ts';
import type { Services } from '../../../src/endpoints/pipeline/services.ts';
import { NO_SERVICES } from '../../support/ask.ts';
import { CountingPartition } from '../../support/counting-partition.ts';
import { RecordingTelemetry } from '../../support/recording-telemetry.ts';
import { staff } from '../../support/staff.ts';
import { tenants } from '../../support/tenant.ts';

/** Two tenants with people in them, and the container that operators announce in. */
export async function announced() {
  const counting = new CountingPartition();
  const all = await tenants({ wrap: (store) => counting.wrap(store) });
  await all.provision('sakura');
  await all.provision('momiji');
  const container = all.control.container('announcements');
  const announcements = new AnnouncementReader({
    items: container,
    clock: all.clock,
    telemetry: new RecordingTelemetry(),
    publicUrl: 'https://app.example.jp',
  });
  const services: Services = new Proxy(NO_SERVICES, {
    get: (none, property) => (property === 'announcements' ? announcements : Reflect.get(none, property)),
  });
  const visitor: Visitor = { address: null, agent: '', device: null, trace: '', now: all.clock.now() };
  return {
    clock: all.clock,
    counting,
    container,
    services,
    sakura: staff(all.handles, all.clock, 'sakura'),
    momiji: staff(all.handles, all.clock, 'momiji'),
    /** Calls an endpoint as anybody, and holds a JSON answer to its declared shape. */
    visit: async (endpoint: PublicEndpoint<undefined, undefined, undefined>): Promise<Answer> => {
      const input = { params: undefined, query: undefined, body: undefined, ifMatch: undefined, ifNoneMatch: false };
      const answer = await endpoint.handle({ ...visitor, now: all.clock.now() }, input, services);
      const declared = endpoint.answers[answer.status];
      if (declared === undefined) throw new Error(`${endpoint.name} does not declare ${answer.status}`);
      if (declared.schema !== undefined) z.parse(declared.schema, answer.body);
      return answer;
    },
  };
}
