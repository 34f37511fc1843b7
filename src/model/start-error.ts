import type { Text } from './failure.ts';

/**
 * Why the service, or the operator's tool, cannot start: one sentence for the person who started it, naming the folder,
 * file or setting and what to do. Whoever catches it prints `text` and exits; nothing was changed.
 */
export class StartError extends Error {
  readonly text: Text;

  constructor(text: Text, cause?: unknown) {
    super(text.en, { cause });
    this.name = 'StartError';
    this.text = text;
  }
}
