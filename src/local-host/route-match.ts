/** One segment of a route template. `rank` orders routes: ASP.NET Core's precedence, which the real host uses. */
type Segment =
  | { readonly kind: 'literal'; readonly text: string; readonly rank: 1 }
  | {
      readonly kind: 'parameter';
      readonly name: string;
      readonly test?: RegExp;
      readonly optional: boolean;
      readonly rank: 2 | 3;
    }
  | { readonly kind: 'rest'; readonly name: string; readonly rank: 5 };

export interface Route<T> {
  /** With the prefix, e.g. `api/children/{id}`. */
  readonly template: string;
  /** Upper case. */
  readonly methods: readonly string[];
  readonly target: T;
}

export interface RouteMatch<T> {
  readonly target: T;
  /** Decoded values; absent optional segments are left out. */
  readonly params: Readonly<Record<string, string>>;
}

/** The constraints that this host knows of ASP.NET Core's. */
const CONSTRAINTS: Readonly<Record<string, RegExp>> = {
  int: /^-?\d{1,10}$/,
  alpha: /^[a-z]+$/i,
  guid: /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i,
};

/** Splits a template. Throws RangeError with the reason for what this host cannot match as Azure would. */
export function readTemplate(template: string): readonly Segment[] {
  const parts = template.split('/').filter((part) => part !== '');
  return parts.map((part, i) => {
    const last = i === parts.length - 1;
    if (!/[{}]/.test(part)) return { kind: 'literal', text: part.toLowerCase(), rank: 1 };
    const match = /^\{(\*{0,2})([A-Za-z_]\w*)(?::(\w+))?(\?)?\}$/.exec(part);
    const [, stars, name, constraint, optional] = match ?? [];
    if (name === undefined) throw new RangeError(`the segment "${part}" cannot be matched`);
    if (stars !== '' && (!last || constraint !== undefined)) {
      throw new RangeError(`"${part}" must be the last segment and have no constraint`);
    }
    if (stars !== '') return { kind: 'rest', name, rank: 5 };
    if (optional !== undefined && !last) throw new RangeError(`"${part}" is optional but not the last segment`);
    if (constraint === undefined) return { kind: 'parameter', name, optional: optional !== undefined, rank: 3 };
    const test = CONSTRAINTS[constraint];
    if (test === undefined) throw new RangeError(`the constraint "${constraint}" is not known`);
    return { kind: 'parameter', name, test, optional: optional !== undefined, rank: 2 };
  });
}

/**
 * The decoded segments of an absolute URL path, or undefined when its percent-encoding is no UTF-8 or holds a zero byte.
 * `%2F` stays as it is, so that an encoded slash never makes two segments (Kestrel's rule).
 */
export function pathSegments(pathname: string): readonly string[] | undefined {
  const path = pathname.slice(1);
  if (!path.includes('%')) return path.split('/');
  try {
    const segments = path.split('/').map((segment) => decodeURIComponent(segment.replace(/%2f/gi, '%252F')));
    return segments.some((segment) => segment.includes('\0')) ? undefined : segments;
  } catch {
    return undefined;
  }
}

/**
 * Answers which route takes a method and path: case-insensitive, literals before constrained parameters before
 * parameters before a rest, segment by segment; of equal ones the first that was registered. A route whose path fits and
 * whose method does not is passed over. Throws RangeError for a template that cannot be matched.
 */
export function routeMatcher<T>(
  routes: readonly Route<T>[],
): (method: string, segments: readonly string[]) => RouteMatch<T> | undefined {
  const compiled = routes.map((route) => ({ ...route, segments: readTemplate(route.template) }));
  compiled.sort((a, b) => compareRanks(a.segments, b.segments));
  return (method, segments) => {
    for (const route of compiled) {
      if (!route.methods.includes(method)) continue;
      const params = matchSegments(route.segments, segments);
      if (params !== undefined) return { target: route.target, params };
    }
    return undefined;
  };
}

function compareRanks(a: readonly Segment[], b: readonly Segment[]): number {
  for (const [i, segment] of a.entries()) {
    const other = b[i];
    if (other === undefined) return 1;
    if (segment.rank !== other.rank) return segment.rank - other.rank;
  }
  return a.length - b.length;
}

function matchSegments(template: readonly Segment[], path: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [i, segment] of template.entries()) {
    if (segment.kind === 'rest') {
      const rest = path.slice(i).join('/');
      if (rest !== '') params[segment.name] = rest;
      return params;
    }
    const value = path[i] ?? '';
    if (segment.kind === 'literal') {
      if (value.toLowerCase() !== segment.text) return undefined;
    } else if (value !== '') {
      if (segment.test !== undefined && !segment.test.test(value)) return undefined;
      params[segment.name] = value;
    } else if (!segment.optional) return undefined;
  }
  const extra = path.length - template.length;
  // One trailing slash does not count, as in ASP.NET Core.
  return extra <= 0 || (extra === 1 && path[template.length] === '') ? params : undefined;
}
