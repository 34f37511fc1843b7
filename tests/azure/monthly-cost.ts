import type { Snapshot } from './snapshot.ts';
import { at, list, ofType, one } from './snapshot.ts';

/** What a tenant of the usual size does; the README names the same figures. */
export const TENANT = {
  children: 180,
  staff: 40,
  /** On a working day. */
  lists: 100,
  opened: 100,
  openedAgain: 200,
  searches: 20,
  changes: 20,
  created: 2,
} as const;

/** US dollars, as public pages told the list prices of regions in the USA in 2025 and 2026. */
export const PRICES = {
  /** 100 request units per second for an hour, autoscale, one region. */
  throughput: 0.012,
  /** A GB for a month: Cosmos DB, blobs with GRS, logs after 90 days. */
  cosmosGb: 0.25,
  blobGb: 0.046,
  keptLogGb: 0.02,
  /** A GB of logs taken in. */
  logGb: 2.76,
  /** Ten thousand: blobs written, blobs read. */
  blobWrites: 0.1,
  blobReads: 0.004,
  /** A GB and second of a function that runs, and of an instance that stands ready. */
  running: 0.000026,
  /** A million executions of a function. */
  executions: 0.4,
  ready: 0.000004,
  /** A private endpoint for an hour; a log alert rule for a month. */
  endpoint: 0.01,
  rule: 1.5,
} as const;

/** Request units of one request, by the README's names for them. */
export type Units = ReadonlyMap<string, number>;

const WORKING_DAYS = 22;
const WORKING_HOURS = 10;
const DAYS = 30;
const NIGHT_HOURS = 6;
const RETENTION_DAYS = 400;
const HOURS = DAYS * 24;
const KB = 1 / (1024 * 1024);
/** The busiest minutes of an hour, which are what autoscale bills, over its mean. */
const PEAK = 2;
/** Assumed sizes: an event, a former version or record with index, a line of the platform's logs. */
const EVENT_KB = 1.2;
const RECORD_KB = 4;
const LOG_LINE_KB = 1;
/** Reading a log again to verify it, in pages of 500 events. */
const UNITS_PER_EVENT = 0.3;
/** Cosmos DB is asked about this often by a request of people. */
const STORE_REQUESTS = 2.5;
/** For how long an instance is at work for a request of people, in seconds. */
const REQUEST_SECONDS = 0.05;
/** Blobs of one generation: parts of each kind, and the manifest. */
const BLOBS_PER_NIGHT = 6;

export interface Month {
  readonly tenants: number;
  /** The highest that the container must be allowed, and the mean of what is billed. */
  readonly throughputNeeded: number;
  readonly throughputBilled: number;
  /** US dollars. */
  readonly database: number;
  readonly blobs: number;
  readonly logs: number;
  readonly functions: number;
  /** What stands there whatever happens. */
  readonly fixed: number;
  readonly total: number;
}

/** What a month costs once a year's history stands, by the snapshot's resources and the units that requests were charged. */
export function monthOf(tenants: number, units: Units, snapshot: Snapshot): Month {
  const unit = (name: string) => {
    const found = [...units].find(([what]) => what.startsWith(name));
    if (found === undefined) throw new Error(`nothing is known of "${name}"`);
    return found[1];
  };
  const { children, staff, lists, opened, openedAgain, searches, changes, created } = TENANT;
  const perDay =
    lists * unit('list a facility') +
    opened * unit('open a record, first') +
    openedAgain * unit('open a record again') +
    searches * unit('search') +
    changes * unit('change a record') +
    // Signing in reads and writes about as much as creating.
    (created + staff) * unit('create a record');
  const versions = changes * WORKING_DAYS * 12;
  const backedUp = (children + versions) * (unit('read 90 children for a backup') / 90);
  const eventsPerMonth = WORKING_DAYS * (opened + lists / 2 + searches + changes + created + staff);
  const events = eventsPerMonth * (RETENTION_DAYS / DAYS);
  const verified = events * UNITS_PER_EVENT;

  const day = (tenants * perDay * PEAK) / (WORKING_HOURS * 3600);
  const night = (tenants * backedUp) / (NIGHT_HOURS * 3600);
  const always = (tenants * verified) / (24 * 3600);
  const least = Number(at(one(snapshot, CONTAINERS, 'data/tenants'), MOST));
  const needed = Math.max(least, Math.ceil(Math.max(day, 10 * night) + always));
  const billed = (rate: number) => Math.max(needed / 10, rate + always);
  const workingHours = WORKING_DAYS * WORKING_HOURS;
  const nightHours = DAYS * NIGHT_HOURS;
  const throughputBilled =
    (workingHours * billed(day) + nightHours * billed(night) + (HOURS - workingHours - nightHours) * billed(0)) / HOURS;
  const control = Number(at(one(snapshot, DATABASES, '-control-'), MOST)) / 10;
  const stored = tenants * (events * EVENT_KB + (children + versions) * RECORD_KB) * KB;
  const database = ((throughputBilled + control) / 100) * PRICES.throughput * HOURS + stored * PRICES.cosmosGb;

  // An hour in which somebody worked has a digest; each is read again every day, until it is removed.
  const digests = WORKING_DAYS * WORKING_HOURS;
  const digestsRead = digests * (RETENTION_DAYS / DAYS) * DAYS;
  const generations = tenants * 7 * (children + versions) * (RECORD_KB / 4) * KB;
  const archive = tenants * events * EVENT_KB * KB;
  const written = tenants * (DAYS * BLOBS_PER_NIGHT + digests);
  const read = tenants * (DAYS * BLOBS_PER_NIGHT + digestsRead);
  const blobs =
    (generations + archive) * PRICES.blobGb + (written * PRICES.blobWrites + read * PRICES.blobReads) / 10_000;

  const requests = WORKING_DAYS * (lists + opened + openedAgain + searches + changes + created + staff);
  const pages = DAYS * (events / 500 + (children + versions) / 100);
  const lines = tenants * (requests * STORE_REQUESTS + pages + DAYS * BLOBS_PER_NIGHT * 2 + digests + digestsRead);
  const ticks = 15 * 60 * HOURS * 3;
  const logGb = (lines + ticks) * LOG_LINE_KB * KB;
  const logs = logGb * PRICES.logGb + logGb * 6 * PRICES.keptLogGb;

  const memory =
    Number(at(one(snapshot, SITES, '-api-'), 'properties.functionAppConfig.scaleAndConcurrency.instanceMemoryMB')) /
    1024;
  const ready = list(one(snapshot, SITES, '-api-'), 'properties.functionAppConfig.scaleAndConcurrency.alwaysReady');
  const instances = ready.reduce<number>((sum, each) => sum + Number(at(each, 'instanceCount')), 0);
  const fixed =
    ofType(snapshot, 'Microsoft.Network/privateEndpoints').length * PRICES.endpoint * HOURS +
    ofType(snapshot, 'Microsoft.Insights/scheduledQueryRules').length * PRICES.rule +
    instances * memory * HOURS * 3600 * PRICES.ready;
  // One instance of the jobs is at work about half of the time, whatever there is to do.
  const atWork = 0.5 * HOURS * 3600 + tenants * requests * REQUEST_SECONDS;
  const functions = atWork * memory * PRICES.running + ((tenants * requests + ticks) / 1e6) * PRICES.executions;

  const total = database + blobs + logs + functions + fixed;
  return { tenants, throughputNeeded: needed, throughputBilled, database, blobs, logs, functions, fixed, total };
}

const CONTAINERS = 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers';
const DATABASES = 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases';
const SITES = 'Microsoft.Web/sites';
const MOST = 'properties.options.autoscaleSettings.maxThroughput';
