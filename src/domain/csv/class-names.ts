import { searchKey } from '../names.ts';
import { type Finding, finding } from './column.ts';

interface NamedClass {
  readonly id: string;
  readonly name: string;
  readonly schoolYear: number;
}

/** The classes of one facility by their names as people write them: width, spaces and kana do not count. */
export class ClassNames {
  readonly #classes: readonly NamedClass[];
  readonly #byId: ReadonlyMap<string, NamedClass>;

  constructor(classes: readonly NamedClass[]) {
    this.#classes = classes;
    this.#byId = new Map(classes.map((one) => [one.id, one]));
  }

  /** The name of a class; its id where it is of another facility. */
  nameOf(id: string): string {
    return this.#byId.get(id)?.name ?? id;
  }

  /** The classes of a school year with that name; usually one. */
  named(name: string, schoolYear: number): readonly string[] {
    const key = searchKey(name);
    const fits = (one: NamedClass) => one.schoolYear === schoolYear && searchKey(one.name) === key;
    return this.#classes.filter(fits).map(({ id }) => id);
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
    const [ja, en] = known.length === 0 ? ['ありません', 'none'] : [known.join('、'), known.join(', ')];
    return finding(
      'error',
      'no-such-class',
      `「${name}」というクラスは、この園の${schoolYear}年度にありません。クラスの画面で登録してから、もう一度取り込んでください。今あるクラス: ${ja}。`,
      `This facility has no class “${name}” in the school year ${schoolYear}. Create it, then import again. There is: ${en}.`,
    );
  }
}
