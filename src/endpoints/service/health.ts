import * as z from 'zod';
import { publicEndpoint } from '../pipeline/endpoint.ts';

/**
 * GET /health: whether people can sign in here now, and nothing else. It asks for the signing key only, which is
 * remembered for minutes, so nobody can wear out a store by asking.
 */
export const readHealth = publicEndpoint({
  name: 'readHealth',
  summary: { ja: '動いているか', en: 'Whether the service is up' },
  answers: {
    200: { description: 'It is up; until then the answer is 503', schema: z.strictObject({ status: z.literal('ok') }) },
  },
  async handle(_visitor, _input, services) {
    await services.ready();
    return { status: 200, body: { status: 'ok' } };
  },
});
