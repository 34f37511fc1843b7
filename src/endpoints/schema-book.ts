import * as z from 'zod';

export type JsonSchema = Readonly<Record<string, unknown>>;

const DEFINED = '#/$defs/';
const COMPONENT = '#/components/schemas/';

/**
 * The named schemas of an API document. Whatever carries an id stands here once and is referred to; where what is sent
 * differs from what is answered (a default, for instance), the second of the two gets a name of its own.
 */
export class SchemaBook {
  readonly #named = new Map<string, { readonly meaning: string; readonly schema: JsonSchema }>();

  /** JSON Schema of draft 2020-12, which is OpenAPI 3.1's own dialect. What it cannot say is left to descriptions. */
  schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const { $schema: _dialect, $defs = {}, ...root } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
    const defined = $defs as Readonly<Record<string, JsonSchema>>;
    const names = new Map(Object.keys(defined).map((id) => [id, this.#nameFor(id, io, inlined(defined[id], defined))]));
    for (const [id, name] of names) {
      const meaning = JSON.stringify(inlined(defined[id], defined));
      this.#named.set(name, { meaning, schema: referring(defined[id], names) as JsonSchema });
    }
    return referring(root, names) as JsonSchema;
  }

  /** For `components.schemas`, in name order. */
  components(): Readonly<Record<string, JsonSchema>> {
    const entries = [...this.#named].map(([name, { schema }]) => [name, schema] as const);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #nameFor(id: string, io: 'input' | 'output', meaning: unknown): string {
    const known = this.#named.get(id);
    const same = known === undefined || known.meaning === JSON.stringify(meaning);
    return same ? id : `${id}${io === 'input' ? 'Sent' : 'Answered'}`;
  }
}

/** The schema with every reference replaced by what it refers to: two that say the same are then equal. */
function inlined(value: unknown, defined: Readonly<Record<string, JsonSchema>>): unknown {
  return walked(value, (id) => inlined(defined[id], defined));
}

/** The schema with its references led to the components. */
function referring(value: unknown, names: ReadonlyMap<string, string>): unknown {
  return walked(value, (id) => ({ $ref: COMPONENT + (names.get(id) ?? id) }));
}

function walked(value: unknown, referred: (id: string) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => walked(item, referred));
  if (typeof value !== 'object' || value === null) return value;
  const { $ref, ...rest } = value as { $ref?: unknown };
  if (typeof $ref === 'string' && $ref.startsWith(DEFINED)) return referred($ref.slice(DEFINED.length));
  return Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, walked(inner, referred)]));
}
