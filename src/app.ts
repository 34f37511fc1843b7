import { existsSync, readFileSync } from 'node:fs';
import packageJson from '../package.json' with { type: 'json' };
import { type Config, readConfig } from './config.ts';
import { AnnouncementReader } from './domain/announcements/announcement-reader.ts';
import { tellUnannouncedVersion } from './domain/announcements/unannounced-version.ts';
import { ReadLog } from './domain/audit/read-log.ts';
import type { Contract } from './domain/contracts/contract.ts';
import { AttemptMemory } from './domain/sign-in/attempt-memory.ts';
import { deviceTokens } from './domain/sign-in/device-token.ts';
import { FailureEvents } from './domain/sign-in/failure-events.ts';
import { NetworkLimits } from './domain/sign-in/network-limits.ts';
import { PasswordHasher } from './domain/sign-in/password-hasher.ts';
import { sessionTokens } from './domain/sign-in/session-token.ts';
import { SigningKeys } from './domain/sign-in/signing-keys.ts';
import { TenantHandles } from './domain/tenant-handles.ts';
import { TenantKeys } from './domain/tenant-keys.ts';
import { Entrance } from './endpoints/pipeline/entrance.ts';
import type { PipelineParts } from './endpoints/pipeline/pipeline.ts';
import { RequestLimits } from './endpoints/pipeline/request-limits.ts';
import { visitorAddress } from './endpoints/pipeline/visitor-address.ts';
import type { SiteContent } from './endpoints/site/site-content.ts';
import type { OperatorPorts, Ports } from './environments/ports.ts';
import type { JobContext } from './jobs/job-table.ts';
import { HOUR } from './model/instant.ts';

/** The service, put together: what the triggers hand to endpoints and to jobs. */
export interface Service {
  readonly api: PipelineParts;
  readonly site: SiteContent;
  readonly jobs: JobContext;
  /** Says what is to be known at the start of the service; never throws. */
  tellAtStart(): Promise<void>;
  /** Gives back files and locks. Nothing is lost when it is never called. */
  close(): Promise<void>;
}

/**
 * Puts the service together on the stores that the configuration names. Throws StartError, one sentence for whoever starts
 * it, when a store cannot be opened or another service runs on it; nothing has been changed then.
 */
export async function openService(config: Config): Promise<Service> {
  const ports = await openPorts(config);
  const { clock, telemetry, control, partitions, tenantKeys, serviceKeys, close } = ports;
  const contracts = control.container<Contract>('contracts');
  const requests = control.container('requests');
  const announcements = control.container('announcements');
  const tenantState = control.container('tenant-state');
  const handles = new TenantHandles({ partitions, contracts, keys: new TenantKeys(tenantKeys, clock), clock });
  const signingKeys = new SigningKeys(serviceKeys, clock);
  const sessions = sessionTokens(signingKeys, clock);
  const devices = deviceTokens(signingKeys, clock);
  const readLog = new ReadLog(clock);
  return {
    api: {
      handles,
      sessionTokens: sessions,
      readLog,
      limits: new RequestLimits(clock),
      deviceOf: async (cookie) => (await devices.check(cookie))?.device,
      addressOf: (call) => visitorAddress(call, config.trustedProxies),
      origin: config.origin,
      refuseUndeclared: config.undeclaredAnswers === 'refuse',
      services: {
        clock,
        telemetry,
        readLog,
        hasher: new PasswordHasher(),
        networkLimits: new NetworkLimits(clock),
        attempts: new AttemptMemory(),
        failureEvents: new FailureEvents(clock),
        sessionTokens: sessions,
        deviceTokens: devices,
        entrance: new Entrance(handles, clock),
        announcements: new AnnouncementReader({
          items: announcements,
          clock,
          telemetry,
          publicUrl: config.origin,
        }),
        tenantState,
        requests,
        archiveOf: ({ tenantId }) => ports.archives.of(tenantId),
        ready: async () => void (await signingKeys.signing()),
        version: packageJson.version,
      },
    },
    site: { version: packageJson.version, tour: readTour() },
    jobs: {
      clock,
      telemetry,
      control: { contracts, requests, tenantState, now: () => control.now() },
      partitions,
      tenantKeys,
      serviceKeys,
      blobs: ports.blobs,
      archives: ports.archives,
      handles,
      retentionDays: config.logRetentionDays,
      erasureNotice: config.erasureNoticeHours * HOUR,
    },
    tellAtStart: () =>
      tellUnannouncedVersion({ version: packageJson.version, announcements, contracts, clock, telemetry }),
    close,
  };
}

/** The README's tour; undefined where the package carries no README. */
function readTour(): string | undefined {
  const file = new URL('../README.md', import.meta.url);
  return existsSync(file) ? /^## A tour.*?(?=^## )/ms.exec(readFileSync(file, 'utf8'))?.[0] : undefined;
}

/** What the operator's tool works with: the control store alone. Throws StartError like `openService`. */
export async function openOperatorStores(config: Config = readConfig(undefined, 'operator')) {
  const ports = await openControlPorts(config);
  const { origin: publicUrl, noticeHours, erasureNoticeHours } = config;
  return { ...ports, publicUrl, noticeHours, erasureNotice: erasureNoticeHours * HOUR };
}

/** Only what the chosen environment needs is loaded: on Azure that is most of a cold start. */
async function openPorts(config: Config): Promise<Ports> {
  if (config.stores === 'azure') return (await import('./environments/azure.ts')).openAzure(config);
  return (await import('./environments/embedded.ts')).openEmbedded(config);
}

async function openControlPorts(config: Config): Promise<OperatorPorts> {
  if (config.stores === 'azure') return (await import('./environments/azure.ts')).openAzureControl(config);
  return (await import('./environments/embedded.ts')).openEmbeddedControl(config);
}
