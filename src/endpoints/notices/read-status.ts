import * as z from 'zod';
import { publicEndpoint } from '../pipeline/endpoint.ts';
import { incidentFields, maintenanceFields, shownIncident, shownMaintenance } from './announcement-answer.ts';

const incidents = z.array(z.strictObject(incidentFields).meta({ id: 'Incident' }));

const answer = z
  .strictObject({
    incidents: incidents.meta({ description: 'Open ones, the latest change first.' }),
    maintenance: z
      .array(z.strictObject(maintenanceFields).meta({ id: 'Maintenance' }))
      .meta({ description: 'Planned or under way, the next one first.' }),
    resolved: incidents.meta({ description: 'Incidents resolved in the last 14 days, the latest first.' }),
  })
  .meta({ id: 'ServiceStatus' });

/** GET /status: how the service stands, for everybody; holds only what is for all. */
export const readStatus = publicEndpoint({
  name: 'readStatus',
  summary: { ja: '稼働状況を見る', en: 'Read the status of the service' },
  description: 'Up to 60 seconds behind. Texts are plain.',
  answers: { 200: { description: 'Incidents and maintenance', schema: answer } },
  async handle({ now }, _input, { announcements }) {
    const status = await announcements.status(now);
    return {
      status: 200,
      body: {
        incidents: status.incidents.map(shownIncident),
        maintenance: status.maintenance.map(shownMaintenance),
        resolved: status.resolved.map(shownIncident),
      },
    };
  },
});
