import { Marked } from './marked.ts';

/** What was imported lazily, and whether it is of the class that this file knows. */
export async function ask(): Promise<{ readonly text: string; readonly ofOurs: boolean; readonly file: string }> {
  const { made } = await import('./lazy.ts');
  return { text: made.text, ofOurs: made instanceof Marked, file: import.meta.url };
}
