import type { Telemetry } from '../../ports/telemetry.ts';
import { restFailure } from '../azure-rest/rest-failure.ts';
import type { ExporterOptions } from './insights-client.ts';

type AdditionalPolicy = NonNullable<ExporterOptions['additionalPolicies']>[number];

/**
 * Tells when Application Insights begins to take nothing, and when it takes telemetry again: the library keeps that to
 * itself, and a service without telemetry looks healthy. Once for each change, never for each request.
 */
export function tellingRefusals(fallback: Telemetry): AdditionalPolicy {
  let last = 'taken';
  const tell = (now: string) => {
    if (now === last) return;
    last = now;
    if (now === 'taken') fallback.event('telemetry-taken-again');
    else fallback.alert('telemetry-refused', { by: 'application-insights', because: now });
  };
  return {
    position: 'perCall',
    policy: {
      name: 'tellingRefusals',
      async sendRequest(request, next) {
        try {
          const answer = await next(request);
          tell(answer.status < 300 ? 'taken' : `status ${answer.status}`);
          return answer;
        } catch (error) {
          tell(restFailure(error).description);
          throw error;
        }
      },
    },
  };
}
