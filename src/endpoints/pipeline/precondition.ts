import { Failure } from '../../model/failure.ts';
import type { Declaration } from './endpoint.ts';
import type { HttpCall } from './http-call.ts';

/**
 * The precondition of a change: the one strong ETag of If-Match without its quotes, or `If-None-Match: *`. Throws
 * Failure `precondition-required` where the endpoint needs one and none is given, `invalid-input` for a form that
 * cannot match (weak, a list, `*` for If-Match, which would overwrite what its sender has not seen).
 */
export function preconditionOf(
  call: HttpCall,
  needed: Declaration<unknown, unknown, unknown>['precondition'],
): { ifMatch: string | undefined; ifNoneMatch: boolean } {
  const match = call.headers.get('if-match');
  const noneMatch = call.headers.get('if-none-match');
  if (needed === undefined) return { ifMatch: undefined, ifNoneMatch: false };
  const ifNoneMatch = needed === 'create-or-replace' && noneMatch?.trim() === '*';
  if (match === null) {
    if (!ifNoneMatch) throw new Failure('precondition-required');
    return { ifMatch: undefined, ifNoneMatch };
  }
  const [, etag] = /^\s*"([\x21\x23-\x7e]{1,200})"\s*$/.exec(match) ?? [];
  if (etag === undefined || ifNoneMatch) {
    throw new Failure('invalid-input', {
      errors: [
        {
          pointer: 'If-Match',
          code: 'one-etag',
          text: {
            ja: 'If-Match には、読み込んだときの ETag を一つだけ、そのまま入れてください。',
            en: 'Give If-Match exactly one ETag, as it was read.',
          },
        },
      ],
    });
  }
  return { ifMatch: etag, ifNoneMatch: false };
}
