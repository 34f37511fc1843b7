import type { Text } from '../../model/failure.ts';
import type { CivilDay } from '../../model/instant.ts';
import { kanaAsHiragana, searchKey } from '../names.ts';
import type { ProposedChild } from './child-rows.ts';

/** What is known of a child that is stored in the facility; empty where it is not. */
export interface StoredChild {
  readonly id: string;
  readonly number: string;
  readonly familyName: string;
  readonly givenName: string;
  readonly familyNameKana: string;
  readonly givenNameKana: string;
  readonly birthDate: CivilDay | '';
}

export interface MatchQuestion {
  readonly kind: 'question';
  readonly code: 'several-children' | 'number-of-another' | 'other-number' | 'cannot-tell' | 'twice-in-file';
  readonly text: Text;
  /** Whom it could be. */
  readonly ids: readonly string[];
  /** The rows of the file that are asked about together, this one included. */
  readonly rows: readonly number[];
}

/** Whom a row is about. */
export type RowMatch = { readonly kind: 'new' } | { readonly kind: 'match'; readonly id: string } | MatchQuestion;

type Identity = Partial<
  Pick<ProposedChild, 'number' | 'familyName' | 'givenName' | 'familyNameKana' | 'givenNameKana' | 'birthDate'>
>;

/**
 * Says for each row of a file whom it is about: by 園児番号, else by せい, めい and birth date together. Nothing is guessed:
 * asked are rows that fit several children, whose number belongs to somebody with another name and another birth date, who
 * could be stored under another number, that tell too little (no number, and no birth date or no name), and rows of the
 * file that are about the same child. A row without kana is compared by its name as written, and asked about when it fits.
 * Only ids and keys of the rows are kept, so the rows may come from a generator. The map is in the order of the rows.
 */
export function matchRows(
  rows: Iterable<{ readonly row: number; readonly values: Identity }>,
  stored: Iterable<StoredChild>,
): ReadonlyMap<number, RowMatch> {
  const index = new ChildIndex(stored);
  const matches = new Map<number, RowMatch>();
  const same = new Map<string, number[]>();
  for (const { row, values } of rows) {
    const match = index.match(row, values);
    matches.set(row, match);
    const keys = [numberKey(values.number), identityKey(values)];
    if (match.kind === 'match') keys.push(`id:${match.id}`);
    for (const key of keys) if (key !== '') same.set(key, [...(same.get(key) ?? []), row]);
  }
  for (const twice of same.values()) {
    if (twice.length === 1) continue;
    for (const row of twice) {
      const match = matches.get(row);
      const earlier = match?.kind === 'question' && match.code === 'twice-in-file' ? match.rows : [];
      const all = [...new Set([...earlier, ...twice])].sort((a, b) => a - b);
      matches.set(
        row,
        twiceInFile(all, match?.kind === 'match' ? [match.id] : match?.kind === 'question' ? match.ids : []),
      );
    }
  }
  return matches;
}

class ChildIndex {
  readonly #byNumber = new Map<string, StoredChild[]>();
  readonly #byBirthDate = new Map<string, StoredChild[]>();
  readonly #byKana = new Map<string, StoredChild[]>();
  readonly #byName = new Map<string, StoredChild[]>();

  constructor(stored: Iterable<StoredChild>) {
    for (const child of stored) {
      put(this.#byNumber, numberKey(child.number), child);
      put(this.#byBirthDate, child.birthDate, child);
      put(this.#byKana, kanaKey(child), child);
      put(this.#byName, nameKey(child), child);
    }
  }

  match(row: number, values: Identity): RowMatch {
    const numbered = values.number === undefined ? [] : (this.#byNumber.get(numberKey(values.number)) ?? []);
    const [owner] = numbered;
    if (numbered.length > 1) return asked('several-children', numbered, row);
    if (owner !== undefined) {
      return isSomebodyElse(values, owner)
        ? asked('number-of-another', numbered, row)
        : { kind: 'match', id: owner.id };
    }
    if (identityKey(values) === '') return this.#withoutIdentity(row, values);
    const same = (this.#byKana.get(kanaKey(values)) ?? []).filter(({ birthDate }) => birthDate === values.birthDate);
    const [only] = same;
    if (same.length > 1) return asked('several-children', same, row);
    if (only === undefined) return { kind: 'new' };
    const renumbered = values.number !== undefined && only.number !== '';
    return renumbered ? asked('other-number', same, row) : { kind: 'match', id: only.id };
  }

  /** Without kana or birth date a row is somebody new only when nobody stored could be meant. */
  #withoutIdentity(row: number, values: Identity): RowMatch {
    const key = nameKey(values);
    const namesakes = key === '' ? [] : (this.#byName.get(key) ?? []);
    const homophones = kanaKey(values) === '' ? [] : (this.#byKana.get(kanaKey(values)) ?? []);
    const could = [...new Set([...namesakes, ...homophones])].filter(
      ({ birthDate }) => values.birthDate === undefined || birthDate === '' || birthDate === values.birthDate,
    );
    if (could.length > 0) return asked('cannot-tell', could, row);
    if (key === '' || (values.birthDate === undefined && values.number === undefined)) {
      return asked('cannot-tell', this.#byBirthDate.get(values.birthDate ?? '') ?? [], row);
    }
    return { kind: 'new' };
  }
}

/** One of name and birth date may have been corrected; when both are others, the number is more likely a mistake. */
function isSomebodyElse(values: Identity, owner: StoredChild): boolean {
  const byKana = kanaKey(values) !== '' && kanaKey(owner) !== '';
  const [told, known] = byKana ? [kanaKey(values), kanaKey(owner)] : [nameKey(values), nameKey(owner)];
  if (told === '' || known === '' || told === known) return false;
  return values.birthDate === undefined || owner.birthDate === '' || values.birthDate !== owner.birthDate;
}

function put(index: Map<string, StoredChild[]>, key: string, child: StoredChild): void {
  if (key === '') return;
  const list = index.get(key);
  if (list === undefined) index.set(key, [child]);
  else list.push(child);
}

function numberKey(number = ''): string {
  const plain = searchKey(number);
  return plain === '' ? '' : `number:${plain}`;
}

/** Empty unless all three parts are told. */
function identityKey(values: Identity): string {
  const kana = kanaKey(values);
  return kana === '' || values.birthDate === undefined ? '' : `who:${kana}|${values.birthDate}`;
}

function kanaKey({ familyNameKana = '', givenNameKana = '' }: Identity): string {
  if (familyNameKana === '' || givenNameKana === '') return '';
  return searchKey(kanaAsHiragana(`${familyNameKana}|${givenNameKana}`));
}

function nameKey({ familyName = '', givenName = '' }: Identity): string {
  return familyName === '' || givenName === '' ? '' : searchKey(`${familyName}|${givenName}`);
}

const QUESTIONS: Readonly<Record<Exclude<MatchQuestion['code'], 'twice-in-file'>, Text>> = {
  'several-children': {
    ja: 'この行に当てはまる園児が2人以上います。どの園児か選んでください。',
    en: 'More than one child fits this row. Please choose which one it is.',
  },
  'number-of-another': {
    ja: 'この園児番号は、名前も生年月日も違う園児のものです。園児番号をご確認ください。',
    en: 'This number belongs to a child with another name and another birth date. Please check the number.',
  },
  'other-number': {
    ja: '同じ名前と生年月日の園児が、別の園児番号で登録されています。同じ園児かご確認ください。',
    en: 'A child with the same name and birth date is stored under another number. Please check whether it is the same.',
  },
  'cannot-tell': {
    ja: 'この行だけでは、どの園児か、新しい園児かを決められません。園児番号、または姓名・ふりがな・生年月日を入れるか、園児を選んでください。',
    en: 'This row does not tell which child it is, or whether it is a new one. Enter the number, or name, kana and birth date, or choose the child.',
  },
};

function asked(code: keyof typeof QUESTIONS, children: readonly StoredChild[], row: number): MatchQuestion {
  return { kind: 'question', code, text: QUESTIONS[code], ids: children.map(({ id }) => id), rows: [row] };
}

function twiceInFile(rows: readonly number[], ids: readonly string[]): MatchQuestion {
  const text = {
    ja: `${rows.join('行目と')}行目は同じ園児のようです。どちらか一方だけを残してください。`,
    en: `Rows ${rows.join(', ')} seem to be about the same child. Please keep only one of them.`,
  };
  return { kind: 'question', code: 'twice-in-file', text, ids, rows };
}
