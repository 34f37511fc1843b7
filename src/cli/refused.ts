import { Failure } from '../model/failure.ts';

/**
 * A refusal that only operators meet, with the one sentence that they are shown. They work in English; the Japanese text,
 * which every Failure carries, points to it.
 */
export function refused(sentence: string): Failure {
  return new Failure('invalid-input', { text: { en: sentence, ja: sentence }, detail: sentence });
}
