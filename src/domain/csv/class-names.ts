import { searchKey } from '../names.ts';
import { type Finding, finding } from './column.ts';

interface NamedClass {
  readonly id: string;
  readonly name: string;
  readonly schoolYear: number;
  /** Class ages; none where it is not decided. */
  readonly ages: readonly number[];
}

/** Classes named in a message; with more of them the message says so. */
const NAMES_SHOWN = 30;

/** The classes of one facility by their names as people write them: width, spaces and kana do not count. */
export class ClassNames {
  readonly #classes: readonly NamedClass[];
  readonly #byId: ReadonlyMap<string, NamedClass>;
  readonly #named = new Map<string, string[]>();

  constructor(classes: readonly NamedClass[]) {
    this.#classes = classes;
    this.#byId = new Map(classes.map((one) => [one.id, one]));
    for (const { id, name, schoolYear } of classes) {
      const key = nameKey(name, schoolYear);
      const ids = this.#named.get(key);
      if (ids === undefined) this.#named.set(key, [id]);
      else ids.push(id);
    }
  }

  /** The name of a class; its id where it is of another facility. */
  nameOf(id: string): string {
    return this.#byId.get(id)?.name ?? id;
  }

  /** The classes of a school year with that name; usually one. */
  named(name: string, schoolYear: number): readonly string[] {
    return this.#named.get(nameKey(name, schoolYear)) ?? [];
  }

  /** Whether a class of that name in a school year is for that age, as far as is known; true where there is none. */
  takes(name: string, schoolYear: number, age: number): boolean {
    const ages = this.named(name, schoolYear).map((id) => this.#byId.get(id)?.ages ?? []);
    return ages.length === 0 || ages.some((some) => some.length === 0 || some.includes(age));
  }

  /** What people are told about a name that is of no class, or of several, in that school year. */
  finding(name: string, schoolYear: number): Finding {
    if (this.named(name, schoolYear).length > 1) {
      return finding(
        'question',
        'several-classes',
        `「${name}」というクラスが${schoolYear}年度に2つ以上あります。クラスの名前を分けてから、もう一度取り込んでください。`,
        `The school year ${schoolYear} has several classes named “${name}”. Rename one of them, then import again.`,
      );
    }
    const known = this.#classes.filter((one) => one.schoolYear === schoolYear).map((one) => one.name);
    const named = known.slice(0, NAMES_SHOWN);
    const [more, others] = known.length > NAMES_SHOWN ? ['など', ' and others'] : ['', ''];
    const [ja, en] = known.length === 0 ? ['ありません', 'none'] : [named.join('、') + more, named.join(', ') + others];
    return finding(
      'error',
      'no-such-class',
      `「${name}」というクラスは、この園の${schoolYear}年度にありません。クラスの画面で登録してから、もう一度取り込んでください。今あるクラス: ${ja}。`,
      `This facility has no class “${name}” in the school year ${schoolYear}. Create it, then import again. There is: ${en}.`,
    );
  }
}

function nameKey(name: string, schoolYear: number): string {
  return `${schoolYear} ${searchKey(name)}`;
}
