import * as z from 'zod';

/** What a failed call of an Azure SDK says, without any text of the server: it may quote names and contents. */
export interface RestFailure {
  /** HTTP status, or undefined when there was no answer. With a status below 300 the answer could not be read. */
  readonly status: number | undefined;
  /** The service's own names for the trouble (`BlobNotFound`, `Forbidden`, `SecretDisabled`, ...). */
  readonly codes: readonly string[];
  /** For how long the service asks to wait. */
  readonly retryAfterMs: number | undefined;
  /** Nothing was sent, so nothing was done. */
  readonly neverSent: boolean;
  /** The connection failed, which may pass. */
  readonly broken: boolean;
  /** Status, names and request id: what support asks for. */
  readonly description: string;
}

/** No connection was made, so nothing was sent. */
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Errors of `@azure/identity`. */
const NO_TOKEN = new Set([
  'AuthenticationError',
  'AuthenticationRequiredError',
  'AggregateAuthenticationError',
  'CredentialUnavailableError',
]);

/** Names and ids are words; anything else stays out of messages. */
const WORD = /^[\w-]{1,64}$/;

const SECOND = 1000;

/** The error of `@azure/core-rest-pipeline`, as far as it is read here. */
const restError = z.object({
  name: z.unknown().optional(),
  code: z.unknown().optional(),
  statusCode: z.number().optional().catch(undefined),
  response: z
    .object({
      headers: z.custom<{ get(name: string): string | undefined }>(isHeaders),
      bodyAsText: z.string().nullish().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

/** An error as Key Vault tells it. The inner name is spelled in two ways. */
const toldError = z.object({
  error: z.object({
    code: z.unknown().optional(),
    innererror: z.object({ code: z.unknown().optional() }).optional().catch(undefined),
    innerError: z.object({ code: z.unknown().optional() }).optional().catch(undefined),
  }),
});

/** What an SDK's error means. Anything may be thrown. */
export function restFailure(thrown: unknown): RestFailure {
  const { name, code, statusCode: status, response } = read(thrown);
  const silent = { status: undefined, codes: [], retryAfterMs: undefined };
  // A status that comes with it is the token service's.
  if (NO_TOKEN.has(String(name))) {
    return { ...silent, neverSent: true, broken: false, description: `no token (${String(name)})` };
  }
  if (status === undefined) {
    const description = `no answer (${[code, name].find(isWord) ?? 'no error'})`;
    // The SDK says AbortError when an answer breaks off in its middle.
    const broken = isWord(code) || name === 'AbortError';
    return { ...silent, neverSent: NEVER_CONNECTED.has(String(code)), broken, description };
  }
  const header = (key: string) => response?.headers.get(key);
  const codes = [...new Set([header('x-ms-error-code'), code, ...toldCodes(response?.bodyAsText)].filter(isWord))];
  const requestId = header('x-ms-request-id');
  const milliseconds = header('x-ms-retry-after-ms') ?? header('retry-after-ms');
  return {
    status,
    codes,
    retryAfterMs: waitOf(milliseconds, 1) ?? waitOf(header('retry-after'), SECOND),
    neverSent: false,
    broken: false,
    description: [`status ${status}`, ...codes].join(' ') + (isWord(requestId) ? `, request ${requestId}` : ''),
  };
}

/** Whether the service refused by one of these names. */
export function refusedWith(thrown: unknown, ...codes: readonly string[]): boolean {
  return restFailure(thrown).codes.some((code) => codes.includes(code));
}

function isHeaders(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'get' in value && typeof value.get === 'function';
}

function read(thrown: unknown): z.infer<typeof restError> {
  const parsed = restError.safeParse(thrown);
  return parsed.success ? parsed.data : {};
}

function toldCodes(body: string | null | undefined): readonly unknown[] {
  if (!body?.startsWith('{')) return [];
  try {
    const { error } = toldError.parse(JSON.parse(body));
    return [error.code, error.innererror?.code, error.innerError?.code];
  } catch {
    return [];
  }
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && WORD.test(value);
}

/** A wait in whole units; a date, which the header may be too, counts as none: the caller's own wait is as good. */
function waitOf(header: string | undefined, unit: number): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * unit : undefined;
}
