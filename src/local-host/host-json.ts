import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { StartError } from '../model/start-error.ts';

/** What this host reads of host.json. The default prefix is the real host's. */
const hostJson = z.object({
  version: z.literal('2.0'),
  extensions: z.object({ http: z.object({ routePrefix: z.string().default('api') }).optional() }).optional(),
});

/** The prefix of all HTTP routes. Throws StartError when the file cannot be read or is no host.json of version 2. */
export async function readRoutePrefix(path: string): Promise<string> {
  try {
    return hostJson.parse(JSON.parse(await readFile(path, 'utf8'))).extensions?.http?.routePrefix ?? 'api';
  } catch (error) {
    throw new StartError(
      {
        ja: `設定ファイル ${path} を読めません。version が "2.0" の正しい host.json かを確認してください。`,
        en: `${path} cannot be read as a host.json of version 2.0: check the file.`,
      },
      error,
    );
  }
}
