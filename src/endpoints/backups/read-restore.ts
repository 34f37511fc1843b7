import * as z from 'zod';
import { UUID_V7 } from '../../domain/ids.ts';
import { Failure } from '../../model/failure.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { findRestore } from './find-restore.ts';
import { restoreShown } from './restore-answer.ts';

/** GET /restores/{id}: how a restore or a dry run goes, and what it found. */
export const readRestore = sessionEndpoint({
  name: 'readRestore',
  summary: { ja: '復元・事前確認の進み具合を見る', en: 'Read a restore' },
  params: z.strictObject({ id: z.string().regex(UUID_V7) }),
  answers: { 200: { description: 'The restore as it stands', schema: restoreShown } },
  failures: ['not-found'],
  async handle(caller, { params }, services) {
    const found = await findRestore(caller, params.id, services);
    if (found === undefined) throw new Failure('not-found');
    return { status: 200, body: found };
  },
});
