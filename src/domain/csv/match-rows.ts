import type { Text } from '../../model/failure.ts';
import type { CivilDay } from '../../model/instant.ts';
import { kanaAsHiragana, searchKey } from '../names.ts';
import type { ProposedChild } from './proposed-child.ts';

/** What is known of a child that is stored in the facility; empty where it is not. */
export interface StoredChild {
  readonly id: string;
  readonly number: string;
  readonly familyName: string;
  readonly givenName: string;
  readonly familyNameKana: string;
  readonly givenNameKana: string;
  readonly birthDate: CivilDay;
}

export interface MatchQuestion {
  readonly kind: 'question';
  readonly code: keyof typeof QUESTIONS | 'twice-in-file';
  readonly text: Text;
}

/** Whom a row is about. */
export type RowMatch = { readonly kind: 'new' } | { readonly kind: 'match'; readonly id: string } | MatchQuestion;

type Identity = Partial<Omit<StoredChild, 'id'>> & Pick<Partial<ProposedChild>, 'number'>;

/**
 * Says for each row of a file whom it is about: by 園児番号, else by せい, めい and birth date together, where 姓 and 名 stand
 * in when the row or the stored child has no kana. Nothing is guessed: asked are rows that fit several children, whose
 * number belongs to somebody with another name and another birth date, whose child is stored under another number, that
 * tell too little, and rows of the file that are about the same child. First the stored children are made known, then rows
 * are added one at a time, in their order; only ids and keys of either are kept. The work for one does not grow with the
 * file or the facility.
 */
export class RowMatcher {
  readonly #children = new ChildIndex();
  readonly #matches = new Map<number, RowMatch>();
  readonly #same = new Map<string, number[]>();

  know(child: StoredChild): void {
    this.#children.add(child);
  }

  add(row: number, values: Identity): void {
    const told = keysOf(values);
    const match = this.#children.match(told);
    this.#matches.set(row, match);
    const about = match.kind === 'match' ? `id:${match.id}` : '';
    for (const key of [told.number, told.kanaAndBirth || told.nameAndBirth, about]) put(this.#same, key, row);
  }

  /** Once all rows are added: by row. */
  matches(): ReadonlyMap<number, RowMatch> {
    for (const rows of this.#same.values()) {
      if (rows.length === 1 || this.#areKnownApart(rows)) continue;
      const question = twiceInFile(rows);
      for (const row of rows) this.#matches.set(row, question);
    }
    return this.#matches;
  }

  /** Whether rows that look alike are about children who are stored side by side, as namesakes born on one day are. */
  #areKnownApart(rows: readonly number[]): boolean {
    const ids = new Set<string>();
    for (const row of rows) {
      const match = this.#matches.get(row);
      if (match?.kind === 'match') ids.add(match.id);
    }
    return ids.size === rows.length;
  }
}

/**
 * What makes the child of a new row the one that it is: the same for the same row sent again, or by two people at once,
 * so that the child's id can be derived from it. Empty for a row about which `RowMatcher` would ask.
 */
export function identityOf(values: Identity): string {
  const { kanaAndBirth, nameAndBirth, number } = keysOf(values);
  return kanaAndBirth || nameAndBirth || number;
}

/** What an identity is compared by; each is empty where too little is told for it. */
interface Keys {
  readonly number: string;
  readonly kana: string;
  readonly name: string;
  readonly kanaAndBirth: string;
  readonly nameAndBirth: string;
  readonly birthDate: CivilDay | undefined;
}

function keysOf(values: Identity): Keys {
  const { birthDate } = values;
  const [number, kana, name] = [numberKey(values.number), kanaKey(values), nameKey(values)];
  const withBirth = (key: string) => (key === '' || birthDate === undefined ? '' : `${key}|${birthDate}`);
  return { number, kana, name, kanaAndBirth: withBirth(kana), nameAndBirth: withBirth(name), birthDate };
}

interface Known extends Keys {
  readonly id: string;
}

class ChildIndex {
  readonly #byNumber = new Map<string, Known[]>();
  readonly #byKanaAndBirth = new Map<string, Known[]>();
  readonly #byNameAndBirth = new Map<string, Known[]>();
  readonly #names = new Set<string>();

  add(child: StoredChild): void {
    const known = { ...keysOf(child), id: child.id };
    put(this.#byNumber, known.number, known);
    put(this.#byKanaAndBirth, known.kanaAndBirth, known);
    put(this.#byNameAndBirth, known.nameAndBirth, known);
    this.#names.add(known.name).add(known.kana);
  }

  match(told: Keys): RowMatch {
    const numbered = this.#byNumber.get(told.number) ?? [];
    const [owner] = numbered;
    if (numbered.length > 1) return asked('several-children');
    if (owner !== undefined) {
      return isSomebodyElse(told, owner) ? asked('number-of-another') : { kind: 'match', id: owner.id };
    }
    if (told.birthDate === undefined) return this.#withoutBirthDate(told);
    const same = this.#bornAs(told);
    const [only] = same;
    if (same.length > 1) return asked('several-children');
    if (only === undefined) return told.name + told.kana === '' ? asked('cannot-tell') : { kind: 'new' };
    const renumbered = told.number !== '' && only.number !== '';
    return renumbered ? asked('other-number') : { kind: 'match', id: only.id };
  }

  #bornAs({ kana, kanaAndBirth, nameAndBirth }: Keys): readonly Known[] {
    const byName = this.#byNameAndBirth.get(nameAndBirth) ?? [];
    if (kana === '') return byName;
    return this.#byKanaAndBirth.get(kanaAndBirth) ?? byName.filter((child) => child.kana === '');
  }

  /** Somebody with a number of his own is new when nobody stored has his name; all else is for a person to tell. */
  #withoutBirthDate({ number, name, kana }: Keys): RowMatch {
    const keys = [name, kana].filter((key) => key !== '');
    const isNew = number !== '' && keys.length > 0 && !keys.some((key) => this.#names.has(key));
    return isNew ? { kind: 'new' } : asked('cannot-tell');
  }
}

/** One of name and birth date may have been corrected; when both are others, the number is more likely a mistake. */
function isSomebodyElse(told: Keys, owner: Keys): boolean {
  const [said, known] = told.kana !== '' && owner.kana !== '' ? [told.kana, owner.kana] : [told.name, owner.name];
  if (said === '' || known === '' || said === known) return false;
  return told.birthDate === undefined || told.birthDate !== owner.birthDate;
}

/** An empty key finds nobody. */
function put<V>(index: Map<string, V[]>, key: string, value: V): void {
  if (key === '') return;
  const list = index.get(key);
  if (list === undefined) index.set(key, [value]);
  else list.push(value);
}

function numberKey(number = ''): string {
  const plain = number === '' ? '' : searchKey(number);
  return plain === '' ? '' : `number:${plain}`;
}

function kanaKey({ familyNameKana = '', givenNameKana = '' }: Identity): string {
  if (familyNameKana === '' || givenNameKana === '') return '';
  return `kana:${searchKey(kanaAsHiragana(`${familyNameKana}|${givenNameKana}`))}`;
}

function nameKey({ familyName = '', givenName = '' }: Identity): string {
  return familyName === '' ? '' : `name:${searchKey(`${familyName}|${givenName}`)}`;
}

const QUESTIONS = {
  'several-children': {
    ja: 'この行に当てはまる園児が2人以上います。どの園児か分かるように、園児番号を入れてください。',
    en: 'More than one child fits this row. Enter the child number to say which one it is.',
  },
  'number-of-another': {
    ja: 'この園児番号は、名前の違う別の園児のものです。園児番号と名前と生年月日をご確認ください。',
    en: 'This number belongs to a child with another name. Please check number, name and birth date.',
  },
  'other-number': {
    ja: '同じ名前と生年月日の園児が、別の園児番号で登録されています。同じ園児なら、登録されている園児番号に直してください。',
    en: 'A child with the same name and birth date is stored under another number. If it is the same child, use that number.',
  },
  'cannot-tell': {
    ja: 'この行だけでは、どの園児か、新しい園児かを決められません。園児番号、または姓名・ふりがな・生年月日を入れてください。',
    en: 'This row does not tell which child it is, or whether it is a new one. Enter the number, or name, kana and birth date.',
  },
} as const satisfies Readonly<Record<string, Text>>;

function asked(code: keyof typeof QUESTIONS): MatchQuestion {
  return { kind: 'question', code, text: QUESTIONS[code] };
}

/** Rows named in a message; with more of them the message says so. */
const ROWS_NAMED = 5;

function twiceInFile(rows: readonly number[]): MatchQuestion {
  const named = rows.slice(0, ROWS_NAMED);
  const [more, others] = rows.length > ROWS_NAMED ? ['など', ' and others'] : ['', ''];
  const text = {
    ja: `${named.join('行目と')}行目${more}は同じ園児のようです。どちらか一方だけを残してください。`,
    en: `Rows ${named.join(', ')}${others} seem to be about the same child. Please keep only one of them.`,
  };
  return { kind: 'question', code: 'twice-in-file', text };
}
