import type { Text } from '../../model/failure.ts';
import { headerKey, type IgnoredColumn } from './header.ts';

/** What a table holds and a list of children does not take over. `health` needs a right of its own. */
export interface IgnoredOfChildren {
  /** As written, the beginning of a long one; for a column without header its letter, `C列`. */
  readonly header: string;
  readonly reason: IgnoredColumn['reason'] | 'health';
  readonly text: Text;
}

/** Words of headers that speak of health, in the form of `headerKey`. */
const OF_HEALTH =
  /あれるぎ|除去食|食物除去|既往|病歴|持病|疾患|平熱|血液型|身長|体重|予防接種|わくちん|かかりつけ|主治医|病院|服薬|投薬|薬|障害|障がい|診断|健康|けいれん|熱性|発達/u;

const TEXTS: Readonly<Record<IgnoredOfChildren['reason'], Text>> = {
  unknown: {
    ja: 'この見出しは分からないため、この列は取り込みません。取り込むには見出しを書き換えてください。',
    en: 'This header is not known, so the column is not taken over. Rename it if it should be.',
  },
  repeated: {
    ja: '同じ意味の列がほかにもあるため、この列は取り込みません。',
    en: 'Another column means the same, so this one is not taken over.',
  },
  'no-header': {
    ja: '見出しがないため、この列は取り込みません。取り込むには見出しを入れてください。',
    en: 'This column has no header and is not taken over. Give it one if it should be.',
  },
  health: {
    ja: '健康に関わる列は、園児の取り込みでは扱いません。健康の記録の画面で入力してください。',
    en: 'Columns of health are not part of this import. Enter them in the health record.',
  },
};

/** Why a column is not taken over, and what to do. */
export function ignoredOfChildren({ header, reason: found }: IgnoredColumn): IgnoredOfChildren {
  const reason = found === 'unknown' && OF_HEALTH.test(headerKey(header)) ? 'health' : found;
  return { header, reason, text: TEXTS[reason] };
}
