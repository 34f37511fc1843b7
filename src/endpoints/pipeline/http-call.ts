/** A request as any host hands it to the pipeline. */
export interface HttpCall {
  /** Names the request in every answer, event and line of telemetry: 32 hexadecimal digits. */
  readonly trace: string;
  /** Upper case. */
  readonly method: string;
  /** Without query string. */
  readonly path: string;
  readonly headers: { get(name: string): string | null };
  /** Decoded path parameters. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The whole body; may be read once. */
  body(): Promise<Uint8Array>;
}

/** An answer as any host sends it. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly {
    readonly name: string;
    readonly value: string;
    readonly maxAge: number;
    readonly path: '/';
    readonly secure: true;
    readonly httpOnly: true;
    readonly sameSite: 'Strict';
  }[];
  readonly body: Uint8Array | string | undefined;
}
