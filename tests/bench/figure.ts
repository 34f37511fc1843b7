import type { Comparison } from './ratio.ts';
import type { Workplace } from './workplace.ts';

/** One thing that is measured. */
export interface Figure {
  /** As an argument of the bench names it. */
  readonly name: string;
  /** Ends whatever it started, save when it throws. */
  measure(workplace: Workplace): Promise<readonly Comparison[]>;
}
