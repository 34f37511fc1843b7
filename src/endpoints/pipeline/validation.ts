import type * as z from 'zod';
import { Failure, type InputError, type Text } from '../../model/failure.ts';

/** At most this many errors are listed; a request with more is wrong as a whole. */
const LISTED_ERRORS = 50;

/**
 * The input in its declared shape. Throws Failure `invalid-input` that lists each error by its place; `prefix` leads
 * the pointers of what is not the body (`?` for the query, `/path` for parameters).
 */
export function validated<T>(schema: z.ZodType<T>, input: unknown, prefix: string): T {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  throw new Failure('invalid-input', {
    errors: result.error.issues.slice(0, LISTED_ERRORS).flatMap((issue) => errorsOf(issue, prefix)),
  });
}

/** Query parameters as an object. Throws Failure `invalid-input` for one that is given twice. */
export function queryObject(query: URLSearchParams): Record<string, string> {
  const values: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of query) {
    if (name in values) {
      throw new Failure('invalid-input', {
        errors: [
          {
            pointer: `?${name}`,
            code: 'given-twice',
            text: { ja: '同じ項目が2回指定されています。', en: 'Given twice; give it once.' },
          },
        ],
      });
    }
    values[name] = value;
  }
  return { ...values };
}

function errorsOf(issue: z.core.$ZodIssue, prefix: string): InputError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: pointerOf([...issue.path, key], prefix),
      code: 'unknown-field',
      text: { ja: 'この項目はありません。取り除いてください。', en: 'There is no such field. Remove it.' },
    }));
  }
  return [{ pointer: pointerOf(issue.path, prefix), code: codeOf(issue), text: textOf(issue) }];
}

/** RFC 6901, but for the prefix of what is not the body. */
function pointerOf(path: readonly PropertyKey[], prefix: string): string {
  const steps = path.map((step) => String(step).replaceAll('~', '~0').replaceAll('/', '~1'));
  if (prefix === '?') return `?${steps.join('.')}`;
  return prefix + steps.map((step) => `/${step}`).join('');
}

function codeOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom' && typeof issue.params?.['code'] === 'string') return issue.params['code'];
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'missing';
  return issue.code.replaceAll('_', '-');
}

function textOf(issue: z.core.$ZodIssue): Text {
  switch (issue.code) {
    case 'custom': {
      const text = issue.params?.['text'] as Text | undefined;
      return text ?? { ja: '入力に誤りがあります。', en: issue.message };
    }
    case 'invalid_type':
      return issue.input === undefined
        ? { ja: '入力してください。', en: 'This is required.' }
        : { ja: `${issue.expected} の形で入力してください。`, en: `Expected ${issue.expected}.` };
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? { ja: `${issue.minimum}つ（文字）以上入力してください。`, en: `At least ${issue.minimum} are needed.` }
        : { ja: `${issue.minimum} 以上にしてください。`, en: `At least ${issue.minimum}.` };
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array'
        ? { ja: `${issue.maximum}つ（文字）以内にしてください。`, en: `At most ${issue.maximum} are allowed.` }
        : { ja: `${issue.maximum} 以下にしてください。`, en: `At most ${issue.maximum}.` };
    case 'invalid_value':
      return { ja: `次のどれかにしてください: ${issue.values.join(', ')}`, en: `One of: ${issue.values.join(', ')}` };
    default:
      return { ja: '形式が正しくありません。', en: 'The format is wrong.' };
  }
}
