import { Failure } from '../../model/failure.ts';

/** A whole file that cannot be taken in; `code` says why, the text what to do. */
export function unreadable(code: string, ja: string, en: string): Failure {
  const text = { ja, en };
  return new Failure('unreadable-file', { text, errors: [{ pointer: '', code, text }] });
}
