import * as z from 'zod';
import { StartError } from './model/start-error.ts';

/** One setting: its name in the environment, what it may be, and what it is for. */
interface Setting<T> {
  readonly name: string;
  /** As it stands in the environment; the sample file lists it. */
  readonly default: string;
  readonly schema: z.ZodType<T, string>;
  /** What a right value looks like, for the sentence about a wrong one. */
  readonly expects: string;
}

function setting<T>(name: string, standard: string, expects: string, schema: z.ZodType<T, string>): Setting<T> {
  return { name, default: standard, expects, schema };
}

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most));

/** An origin as browsers send it: scheme, host and port, nothing after it. */
const origin = z
  .string()
  .refine((text) => URL.canParse(text) && new URL(text).origin === text && text.startsWith('http'));

/** The address of a service of Azure; empty where the stores are embedded. */
const endpoint = (name: string) =>
  setting(name, '', 'an https address without a path, such as https://name.documents.azure.com', httpsOrNone);
const httpsOrNone = z
  .string()
  .refine((text) => text === '' || (URL.canParse(text) && new URL(text).href === `${text.replace(/\/$/, '')}/`))
  .refine((text) => text === '' || text.startsWith('https://'));

/** Every setting of the service. `local.settings.sample.json` lists the same with the same defaults; a test compares them. */
export const SETTINGS = {
  role: setting('LEYSERKIDS_ROLE', 'all', '"all", "api" or "jobs"', z.enum(['all', 'api', 'jobs'])),
  dataDir: setting('LEYSERKIDS_DATA_DIR', '.local', 'the path of a folder', z.string().min(1)),
  port: setting('PORT', '7071', 'a port number, 0 to 65535', wholeNumber(0, 65_535)),
  origin: setting(
    'LEYSERKIDS_ORIGIN',
    'http://localhost:7071',
    'an origin such as https://app.example.jp, without a path',
    origin,
  ),
  trustedProxies: setting(
    'LEYSERKIDS_TRUSTED_PROXIES',
    '0',
    'the number of proxies in front of the service, 0 to 8',
    wholeNumber(0, 8),
  ),
  noticeHours: setting(
    'LEYSERKIDS_NOTICE_HOURS',
    '72',
    'the hours for which a release must have been announced, 1 to 2160',
    wholeNumber(1, 2160),
  ),
  logRetentionDays: setting(
    'LEYSERKIDS_LOG_RETENTION_DAYS',
    '400',
    'the days for which logs are kept, 184 (six months) to 3650',
    wholeNumber(184, 3650),
  ),
  erasureNoticeHours: setting(
    'LEYSERKIDS_ERASURE_NOTICE_HOURS',
    '24',
    'the hours for which an end must be known before data are destroyed, 0 to 720 (on Azure 24 or more)',
    wholeNumber(0, 720),
  ),
  stores: setting('LEYSERKIDS_STORES', 'embedded', '"embedded" or "azure"', z.enum(['embedded', 'azure'])),
  dataAccount: endpoint('LEYSERKIDS_DATA_ACCOUNT'),
  controlAccount: endpoint('LEYSERKIDS_CONTROL_ACCOUNT'),
  tenantVault: endpoint('LEYSERKIDS_TENANT_VAULT'),
  serviceVault: endpoint('LEYSERKIDS_SERVICE_VAULT'),
  backupStorage: endpoint('LEYSERKIDS_BACKUP_STORAGE'),
  logStorage: endpoint('LEYSERKIDS_LOG_STORAGE'),
  backupUnitsPerSecond: setting(
    'LEYSERKIDS_BACKUP_UNITS_PER_SECOND',
    '400',
    'the request units of Cosmos DB that all backups together may use per second, 10 to 100000',
    wholeNumber(10, 100_000),
  ),
  undeclaredAnswers: setting(
    'LEYSERKIDS_UNDECLARED_ANSWERS',
    'report',
    '"report" or "refuse"',
    z.enum(['report', 'refuse']),
  ),
  demo: setting('LEYSERKIDS_DEMO', 'on', '"on" or "off"', z.enum(['on', 'off'])),
} as const;

/** What Azure needs of each role; the others may stay empty. */
const NEEDED_ON_AZURE = {
  api: ['dataAccount', 'controlAccount', 'tenantVault', 'serviceVault', 'logStorage'],
  jobs: ['dataAccount', 'controlAccount', 'tenantVault', 'serviceVault', 'backupStorage', 'logStorage'],
  all: ['dataAccount', 'controlAccount', 'tenantVault', 'serviceVault', 'backupStorage', 'logStorage'],
} as const satisfies Record<string, readonly (keyof typeof SETTINGS)[]>;

/** The least notice of an end on Azure, in hours: no mistake may be beyond repair there. */
const LEAST_NOTICE_ON_AZURE = 24;

export type Config = {
  readonly [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K] extends Setting<infer T> ? T : never;
} & {
  /** The identity that the platform gave this app (its client id); undefined elsewhere. */
  readonly identity: string | undefined;
  /** Where telemetry goes on Azure; undefined = to the terminal. */
  readonly insights: string | undefined;
};

/**
 * The settings of this process; this file alone reads the environment. Unless it is set, the origin follows the port, so that
 * a changed port needs one setting. For the operators' tool the control account alone must be named. Throws StartError: one
 * sentence that names the setting and what it expects.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  reader: 'service' | 'operator' = 'service',
): Config {
  const known = new Set(Object.values(SETTINGS).map(({ name }) => name));
  const strange = Object.keys(environment).find((name) => name.startsWith('LEYSERKIDS_') && !known.has(name as never));
  if (strange !== undefined) {
    throw new StartError({
      ja: `設定「${strange}」はありません。名前を確かめてください。設定の一覧は local.settings.sample.json にあります。`,
      en: `There is no setting ${strange}: check its name against local.settings.sample.json.`,
    });
  }
  const read = <T>({ name, default: standard, schema, expects }: Setting<T>): T => {
    const given = environment[name];
    const result = schema.safeParse(given === undefined || given === '' ? standard : given);
    if (result.success) return result.data;
    throw new StartError({
      ja: `設定「${name}」の値「${given}」は使えません。正しい形: ${expects}。`,
      en: `The setting ${name} cannot be "${given}": it must be ${expects}.`,
    });
  };
  const port = read(SETTINGS.port);
  const originSetting = port === 0 ? SETTINGS.origin : { ...SETTINGS.origin, default: `http://localhost:${port}` };
  const config: Config = {
    role: read(SETTINGS.role),
    dataDir: read(SETTINGS.dataDir),
    port,
    origin: read(originSetting),
    trustedProxies: read(SETTINGS.trustedProxies),
    noticeHours: read(SETTINGS.noticeHours),
    logRetentionDays: read(SETTINGS.logRetentionDays),
    erasureNoticeHours: read(SETTINGS.erasureNoticeHours),
    stores: read(SETTINGS.stores),
    dataAccount: read(SETTINGS.dataAccount),
    controlAccount: read(SETTINGS.controlAccount),
    tenantVault: read(SETTINGS.tenantVault),
    serviceVault: read(SETTINGS.serviceVault),
    backupStorage: read(SETTINGS.backupStorage),
    logStorage: read(SETTINGS.logStorage),
    backupUnitsPerSecond: read(SETTINGS.backupUnitsPerSecond),
    undeclaredAnswers: read(SETTINGS.undeclaredAnswers),
    demo: read(SETTINGS.demo),
    identity: environment['AZURE_CLIENT_ID'],
    insights: environment['APPLICATIONINSIGHTS_CONNECTION_STRING'],
  };
  if (config.stores === 'azure')
    checkForAzure(config, reader === 'operator' ? ['controlAccount'] : NEEDED_ON_AZURE[config.role]);
  return config;
}

function checkForAzure(config: Config, needed: readonly (keyof typeof SETTINGS)[]): void {
  const missing = needed.find((key) => config[key] === '');
  if (missing !== undefined) {
    const { name, expects } = SETTINGS[missing];
    throw new StartError({
      ja: `設定「${name}」がありません。LEYSERKIDS_STORES が azure のときは必要です。正しい形: ${expects}。`,
      en: `The setting ${name} is missing: with LEYSERKIDS_STORES=azure it must be ${expects}.`,
    });
  }
  if (config.erasureNoticeHours < LEAST_NOTICE_ON_AZURE) {
    const { name } = SETTINGS.erasureNoticeHours;
    throw new StartError({
      ja: `設定「${name}」は、Azureでは ${LEAST_NOTICE_ON_AZURE} 以上にしてください。`,
      en: `The setting ${name} must be ${LEAST_NOTICE_ON_AZURE} or more on Azure.`,
    });
  }
}
