/** A cookie as every cookie of this service is: `__Host-`, Secure, HttpOnly, SameSite=Strict, Path=/. */
export interface AnswerCookie {
  readonly name: `__Host-${string}`;
  readonly value: string;
  /** Seconds; 0 removes the cookie. */
  readonly maxAge: number;
}

/** What an endpoint answers. The pipeline adds the headers that every answer carries. */
export interface Answer {
  readonly status: number;
  /** Sent as JSON; checked against the declared schema. Absent = no content. */
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly content?: { readonly type: string; readonly bytes: string | Uint8Array };
  /** Unquoted; becomes the ETag header. */
  readonly etag?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly AnswerCookie[];
}
