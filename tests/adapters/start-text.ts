import type { Text } from '../../src/model/failure.ts';
import { StartError } from '../../src/model/start-error.ts';

/** The sentence with which a start is refused. Fails the test when it is not refused, or is not one sentence each. */
export function startTextOf(start: () => unknown): Text {
  try {
    start();
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    if (error.text.en.includes('\n') || error.text.ja.includes('\n')) throw new Error('more than one line');
    return error.text;
  }
  throw new Error('the start was not refused');
}
