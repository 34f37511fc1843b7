import type { JsonObject, JsonValue } from '../../../src/model/json.ts';

/**
 * The part of Cosmos DB's SQL that the adapter sends, and nothing else: anything that is not in this grammar throws, so
 * that a new query is a decision here, too.
 *
 *   SELECT * | VALUE COUNT(1) | c.x, c.y, ... | the order-by form of a query plan
 *   FROM c WHERE <conditions with AND, OR, NOT, (), = > >= < <=, IS_DEFINED, ARRAY_CONTAINS, true>
 *   [ORDER BY c.x ASC|DESC, ...]
 */
export interface ParsedQuery {
  readonly select: 'all' | 'count' | 'order-by' | readonly string[];
  /** Undefined (unknown) counts as not fulfilled. */
  readonly where: Expression;
  readonly order: readonly { readonly property: string; readonly descending: boolean }[];
  /** What conditions look at, as paths of an indexing policy. */
  readonly filtered: ReadonlySet<string>;
  readonly whereText: string;
}

export type Parameters = ReadonlyMap<string, JsonValue>;
export type Expression = (document: JsonObject, parameters: Parameters) => JsonValue | undefined;

const parsed = new Map<string, ParsedQuery>();

export function parseQuery(text: string): ParsedQuery {
  let query = parsed.get(text);
  if (query === undefined) {
    query = parse(text.replace(/\s+/g, ' '));
    parsed.set(text, query);
  }
  return query;
}

function parse(text: string): ParsedQuery {
  const [, selection = '', whereText = '', orderText] =
    /^SELECT (.+?) FROM c WHERE (.+?)(?: ORDER BY (.+))?$/.exec(text) ?? [];
  if (whereText === '') throw new Error(`not a query that the double knows: ${text}`);
  const filtered = new Set<string>();
  return {
    select: selected(selection),
    where: new ConditionParser(whereText, filtered).whole(),
    order: (orderText?.split(', ') ?? []).map(ordered),
    filtered,
    whereText,
  };
}

function selected(text: string): ParsedQuery['select'] {
  if (text === '*') return 'all';
  if (text === 'VALUE COUNT(1)') return 'count';
  if (/^c\._rid, \[(\{"item": c\.\w+\}(, )?)+\] AS orderByItems, c AS payload$/.test(text)) return 'order-by';
  if (!/^c\.\w+(, c\.\w+)*$/.test(text)) throw new Error(`not a selection that the double knows: ${text}`);
  return text.split(', ').map((path) => path.slice(2));
}

function ordered(text: string): ParsedQuery['order'][number] {
  const [, property, direction] = /^c\.(\w+) (ASC|DESC)$/.exec(text) ?? [];
  if (property === undefined) throw new Error(`not an order that the double knows: ${text}`);
  return { property, descending: direction === 'DESC' };
}

const TOKEN = /\s*(c(?:\.\w+|\["\w+"\])+|@\w+|[A-Z_]+|true|>=|<=|[()=<>,])/y;

class ConditionParser {
  readonly #tokens: string[] = [];
  readonly #filtered: Set<string>;

  constructor(text: string, filtered: Set<string>) {
    this.#filtered = filtered;
    for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.length; ) {
      const at = TOKEN.lastIndex;
      const token = TOKEN.exec(text)?.[1];
      if (token === undefined) throw new Error(`not a condition that the double knows: ${text.slice(at)}`);
      this.#tokens.push(token);
    }
  }

  whole(): Expression {
    const expression = this.#or();
    if (this.#tokens.length > 0) throw new Error(`more than a condition: ${this.#tokens.join(' ')}`);
    return expression;
  }

  #or(): Expression {
    const terms = [this.#and()];
    while (this.#take('OR')) terms.push(this.#and());
    return (document, parameters) => {
      let outcome: boolean | undefined = false;
      for (const term of terms) {
        const value = term(document, parameters);
        if (value === true) return true;
        if (value !== false) outcome = undefined;
      }
      return outcome;
    };
  }

  #and(): Expression {
    const terms = [this.#not()];
    while (this.#take('AND')) terms.push(this.#not());
    return (document, parameters) => {
      let outcome: boolean | undefined = true;
      for (const term of terms) {
        const value = term(document, parameters);
        if (value === false) return false;
        if (value !== true) outcome = undefined;
      }
      return outcome;
    };
  }

  #not(): Expression {
    if (!this.#take('NOT')) return this.#primary();
    const inner = this.#primary();
    return (document, parameters) => {
      const value = inner(document, parameters);
      return typeof value === 'boolean' ? !value : undefined;
    };
  }

  #primary(): Expression {
    if (this.#take('(')) {
      const inner = this.#or();
      this.#expect(')');
      return inner;
    }
    if (this.#take('true')) return () => true;
    if (this.#take('IS_DEFINED')) {
      this.#expect('(');
      const operand = this.#operand();
      this.#expect(')');
      return (document, parameters) => operand(document, parameters) !== undefined;
    }
    if (this.#take('ARRAY_CONTAINS')) return this.#arrayContains();
    const left = this.#operand();
    const operator = this.#tokens.shift() ?? '';
    const right = this.#operand();
    return (document, parameters) => compared(operator, left(document, parameters), right(document, parameters));
  }

  #arrayContains(): Expression {
    this.#expect('(');
    const list = this.#operand('/[]');
    this.#expect(',');
    const wanted = this.#operand();
    this.#expect(')');
    return (document, parameters) => {
      const value = wanted(document, parameters);
      const values = list(document, parameters);
      if (value === undefined || !Array.isArray(values)) return undefined;
      return values.some((each) => same(each, value));
    };
  }

  #operand(suffix = ''): Expression {
    const token = this.#tokens.shift() ?? '';
    if (token.startsWith('@')) {
      return (_, parameters) => {
        if (!parameters.has(token)) throw new Error(`no parameter ${token}`);
        return parameters.get(token);
      };
    }
    if (!token.startsWith('c.')) throw new Error(`not an operand that the double knows: ${token}`);
    const path = [...token.matchAll(/\.(\w+)|\["(\w+)"\]/g)].map((part) => part[1] ?? part[2] ?? '');
    this.#filtered.add(`/${path.join('/')}${suffix}`);
    return (document) => path.reduce<JsonValue | undefined>(property, document);
  }

  #take(token: string): boolean {
    if (this.#tokens[0] !== token) return false;
    this.#tokens.shift();
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw new Error(`"${token}" expected, not ${this.#tokens.join(' ')}`);
  }
}

function property(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as JsonObject)[name] : undefined;
}

function same(left: JsonValue, right: JsonValue): boolean {
  return left === right || (typeof left === 'object' && JSON.stringify(left) === JSON.stringify(right));
}

/** Values of different types are never equal and not comparable; strings compare by code unit. */
function compared(operator: string, left: JsonValue | undefined, right: JsonValue | undefined): boolean | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (operator === '=') return same(left, right);
  const comparable =
    (typeof left === 'string' && typeof right === 'string') || (typeof left === 'number' && typeof right === 'number');
  if (!comparable) return undefined;
  if (operator === '>') return left > right;
  if (operator === '>=') return left >= right;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  throw new Error(`not an operator that the double knows: ${operator}`);
}
