import { finding, noValue, type Reading, value } from './column.ts';

/** Words that a cell may hold, by what they mean. The first word is how an export writes it. */
export type Choices<V extends string> = Readonly<Record<V, readonly string[]>>;

/** Makes the reader of a column with few possible contents; width, case, spaces and brackets do not count. */
export function choiceReader<V extends string>(choices: Choices<V>): (cell: string) => Reading<V> {
  const entries = Object.entries<readonly string[]>(choices);
  const meaning = new Map(entries.flatMap(([key, words]) => words.map((word) => [choiceKey(word), key] as const)));
  const shown = entries.map(([, words]) => words[0] ?? '');
  return (cell) => {
    const found = meaning.get(choiceKey(cell));
    if (found === undefined) {
      return noValue(
        finding(
          'error',
          'not-a-choice',
          `は読み取れません。「${shown.join('」「')}」のどれかを書いてください。`,
          `is not known here. Write one of: ${shown.join(', ')}.`,
        ),
      );
    }
    // The map's values are the keys of `choices`.
    return value(found as V);
  };
}

/** The same for a cell that may hold several, separated by commas, slashes or line breaks; each counts once. */
export function choicesReader<V extends string>(choices: Choices<V>): (cell: string) => Reading<readonly V[]> {
  const read = choiceReader(choices);
  return (cell) => {
    const parts = cell.normalize('NFKC').split(/[\r\n、,;/]/u);
    const readings = parts.filter((part) => part.trim() !== '').map(read);
    const findings = readings.flatMap((reading) => reading.findings).slice(0, 1);
    const chosen = new Set(readings.flatMap((reading) => (reading.value === undefined ? [] : [reading.value])));
    return findings.length > 0 || chosen.size === 0 ? { findings } : value([...chosen]);
  };
}

/** The form in which a cell and the words of a choice are compared. */
export function choiceKey(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s()・]/gu, '');
}
