import type * as z from 'zod';
import { declaredFailures } from './pipeline/declared-failures.ts';
import { type AnswerDeclaration, type Endpoint, publicEndpoint } from './pipeline/endpoint.ts';
import { PROBLEMS } from './pipeline/problem.ts';
import type { Access, Route } from './pipeline/route.ts';
import { type JsonSchema, SchemaBook } from './schema-book.ts';

/** Media type of OpenAPI documents. Source: RFC 9512 registers it for JSON as application/openapi+json. */
const OPENAPI_TYPE = 'application/openapi+json';

/**
 * GET /openapi.json: the API described by the very declarations that serve it. Made at the first call and kept, as the
 * routes of a running service never change.
 */
export function readOpenApi(routes: () => readonly Route[]) {
  let text: string | undefined;
  return publicEndpoint({
    name: 'readOpenApi',
    summary: { ja: 'APIの説明（OpenAPI 3.1）', en: 'Description of the API (OpenAPI 3.1)' },
    answers: { 200: { description: 'The OpenAPI document', type: OPENAPI_TYPE } },
    async handle(_visitor, _input, services) {
      text ??= JSON.stringify(openApiDocument(routes(), services.version));
      return { status: 200, content: { type: OPENAPI_TYPE, bytes: text } };
    },
  });
}

/** The OpenAPI 3.1 document of these routes. */
export function openApiDocument(routes: readonly Route[], version: string): JsonSchema {
  const book = new SchemaBook();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route, book) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'LeySerKids',
      version,
      description:
        'Records of childcare facilities. Unsafe methods need `Sec-Fetch-Site: same-origin` or, without that header, the exact Origin of the service. Errors are RFC 9457 problems with a stable `code`, in Japanese and English.',
    },
    servers: [{ url: '/api' }],
    tags: [...new Set(routes.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...book.components(), Problem: PROBLEM },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: '__Host-session', description: 'Set by POST /auth/login' },
      },
    },
  };
}

/** What a problem looks like; see `Problem` in pipeline/problem.ts. */
const TEXT_SCHEMA = {
  type: 'object',
  properties: { ja: { type: 'string' }, en: { type: 'string' } },
  required: ['ja', 'en'],
} as const;
const PROBLEM = {
  type: 'object',
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(PROBLEMS) },
    message: TEXT_SCHEMA,
    trace: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { pointer: { type: 'string' }, code: { type: 'string' }, message: TEXT_SCHEMA },
        required: ['pointer', 'code', 'message'],
      },
    },
  },
  required: ['type', 'title', 'status', 'code', 'message', 'trace'],
} as const;

function operation(route: Route, book: SchemaBook): JsonSchema {
  const { endpoint, access } = route;
  const parameters = parametersOf(endpoint, book);
  return {
    operationId: endpoint.name,
    tags: [tagOf(route)],
    summary: endpoint.summary.en,
    description: [endpoint.summary.ja, endpoint.description, whoMay(access), confirmText(endpoint)]
      .filter((text) => text !== undefined)
      .join('\n\n'),
    ...(access.type === 'public' ? { security: [] } : { security: [{ session: [] }] }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...requestBody(endpoint, book),
    responses: responses(route, book),
  };
}

function whoMay(access: Access): string {
  if (access.type === 'public') return 'Anybody may call this.';
  if (access.type === 'session') return 'Needs a session.';
  return `Needs a session of an account with ${access.level} on the area \`${access.area}\`.`;
}

function confirmText({ confirm }: Endpoint): string | undefined {
  return confirm === true ? 'The password must have been confirmed within the last 5 minutes.' : undefined;
}

function parametersOf({ params, query, precondition }: Endpoint, book: SchemaBook): JsonSchema[] {
  const headers: JsonSchema[] = [];
  if (precondition !== undefined) {
    const required = precondition === 'required';
    headers.push(header('If-Match', required, 'The ETag that was read, in its quotes'));
    if (!required) headers.push(header('If-None-Match', false, '`*` to create'));
  }
  return [...fields(params, 'path', book), ...fields(query, 'query', book), ...headers];
}

function header(name: string, required: boolean, description: string): JsonSchema {
  return { name, in: 'header', required, description, schema: { type: 'string' } };
}

/** One parameter per property of a strict object. */
function fields(schema: z.ZodType | undefined, place: 'path' | 'query', book: SchemaBook): JsonSchema[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = book.schemaOf(schema, 'input') as {
    properties?: Record<string, JsonSchema>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

function requestBody({ body }: Endpoint, book: SchemaBook): JsonSchema {
  if (body === undefined) return {};
  const [types, schema] =
    body.format === 'json'
      ? [body.mediaTypes ?? ['application/json'], book.schemaOf(body.schema, 'input')]
      : [body.mediaTypes, { type: 'string', format: 'binary' }];
  return { requestBody: { required: true, content: Object.fromEntries(types.map((type) => [type, { schema }])) } };
}

function responses(route: Route, book: SchemaBook): JsonSchema {
  const success = Object.entries(route.endpoint.answers).map(
    ([status, answer]) => [status, response(answer, book)] as const,
  );
  const codes = Map.groupBy(declaredFailures(route), (code) => PROBLEMS[code].status);
  const refusals = [...codes]
    .sort(([a], [b]) => a - b)
    .map(([status, ofStatus]) => [
      String(status),
      {
        description: ofStatus.map((code) => `\`${code}\`: ${PROBLEMS[code].text.en}`).join('\n'),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]);
  return Object.fromEntries([...success, ...refusals]);
}

function response({ description, schema, type }: AnswerDeclaration, book: SchemaBook): JsonSchema {
  if (schema !== undefined) {
    return { description, content: { [type ?? 'application/json']: { schema: book.schemaOf(schema, 'output') } } };
  }
  return type === undefined ? { description } : { description, content: { [type]: { schema: {} } } };
}

function tagOf({ path }: Route): string {
  return path.split('/')[1]?.replace('.json', '') ?? '';
}
