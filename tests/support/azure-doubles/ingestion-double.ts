import { gunzipSync } from 'node:zlib';
import type { ExporterOptions } from '../../../src/adapters/app-insights/insights-client.ts';

type Transport = NonNullable<ExporterOptions['httpClient']>;
type WireRequest = Parameters<Transport['sendRequest']>[0];
type WireAnswer = Awaited<ReturnType<Transport['sendRequest']>>;

/** One row as it is sent. */
export interface Envelope {
  readonly name: string;
  readonly time: string;
  readonly sampleRate: number;
  readonly iKey: string;
  readonly data: {
    readonly baseType: string;
    readonly baseData: {
      readonly name?: string;
      readonly properties?: Readonly<Record<string, string>>;
      readonly measurements?: Readonly<Record<string, number>>;
      readonly metrics?: readonly { readonly name: string; readonly value: number; readonly count?: number }[];
      readonly exceptions?: readonly {
        readonly typeName: string;
        readonly message: string;
        readonly parsedStack?: readonly { readonly method: string; readonly fileName: string; readonly line: number }[];
      }[];
    };
  };
}

export const INSTRUMENTATION_KEY = '11111111-2222-3333-4444-555555555555';
export const CONNECTION_STRING = `InstrumentationKey=${INSTRUMENTATION_KEY};IngestionEndpoint=https://japaneast-1.in.applicationinsights.azure.com/;LiveEndpoint=https://japaneast.livediagnostics.monitor.azure.com/`;

/** The ingestion endpoint of Application Insights, in the place of the library's transport: what leaves the process ends here. */
export class IngestionDouble {
  readonly requests: { readonly url: string; readonly authorization: string | undefined }[] = [];
  /** Everything that was sent, as text. */
  readonly sent: string[] = [];
  readonly scopes: string[] = [];
  /** What it does with requests. */
  behaviour: 'takes' | 'breaks' | 'is silent' | 'answers rubbish' | number = 'takes';

  readonly credential = {
    getToken: async (scopes: string | string[]) => {
      this.scopes.push(...[scopes].flat());
      return { token: 'token-of-the-service', expiresOnTimestamp: 2 ** 45 };
    },
  };

  /** Options of the exporter; nothing is kept on the disk, and it does not try again. */
  get exporter(): ExporterOptions {
    return {
      httpClient: { sendRequest: (request) => this.#answer(request) },
      disableOfflineStorage: true,
      retryOptions: { maxRetries: 0 },
    };
  }

  get envelopes(): readonly Envelope[] {
    return this.sent.flatMap((text) => JSON.parse(text) as Envelope[]);
  }

  #answer(request: WireRequest): Promise<WireAnswer> {
    this.requests.push({ url: request.url, authorization: request.headers.get('authorization') });
    if (this.behaviour === 'breaks') return Promise.reject(new Error('the transport is broken'));
    if (this.behaviour === 'is silent') return new Promise(() => undefined);
    const headers = request.headers;
    for (const [name] of [...headers]) headers.delete(name);
    const said = (status: number, bodyAsText: string) => ({ request, headers, status, bodyAsText });
    if (this.behaviour === 'answers rubbish') return Promise.resolve(said(200, '<html>'));
    if (typeof this.behaviour === 'number') return Promise.resolve(said(this.behaviour, ''));
    const body = request.body;
    const text = typeof body === 'string' ? body : gunzipSync(body as Uint8Array).toString();
    this.sent.push(text);
    const items = (JSON.parse(text) as unknown[]).length;
    headers.set('content-type', 'application/json');
    return Promise.resolve(said(200, JSON.stringify({ itemsReceived: items, itemsAccepted: items, errors: [] })));
  }
}
