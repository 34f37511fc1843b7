import { openArchiveFiles } from '../adapters/local-files/archive-files.ts';
import { openBlobFiles } from '../adapters/local-files/blob-files.ts';
import { openDataFolder } from '../adapters/local-files/data-folder.ts';
import { openSecretFiles } from '../adapters/local-files/secret-files.ts';
import { openControl } from '../adapters/sqlite/control-store.ts';
import { openPartitions } from '../adapters/sqlite/partition-store.ts';
import { lockForService } from '../adapters/sqlite/service-lock.ts';
import { consoleTelemetry } from '../adapters/system/console-telemetry.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import type { Config } from '../config.ts';
import type { TelemetryProperties } from '../ports/telemetry.ts';
import type { OperatorPorts, Ports } from './ports.ts';

/**
 * One machine with nothing but Node: SQLite, files, the terminal. Throws StartError when something cannot be opened or
 * another service uses the folder; nothing has been changed then.
 */
export function openEmbedded({ dataDir, logRetentionDays }: Config): Ports {
  const folder = openDataFolder(dataDir);
  const lock = lockForService(folder);
  const opened: { close(): void }[] = [{ close: () => lock.release() }];
  const close = async () => {
    while (opened.length > 0) opened.pop()?.close();
  };
  try {
    const control = openControl(folder.control);
    opened.push(control);
    const partitions = openPartitions(folder.data, { clock: systemClock });
    opened.push(partitions);
    return {
      clock: systemClock,
      telemetry: consoleTelemetry(systemClock, { out: process.stdout, err: process.stderr }, isIdleRun),
      control,
      partitions,
      tenantKeys: openSecretFiles(folder.tenantKeys),
      serviceKeys: openSecretFiles(folder.serviceKeys),
      blobs: openBlobFiles(folder.backups),
      archives: openArchiveFiles(folder.logArchive, { keepDays: logRetentionDays }),
      close,
    };
  } catch (error) {
    void close();
    throw error;
  }
}

/** The control store alone, which the tool may open while the service runs. */
export function openEmbeddedControl({ dataDir }: Config): OperatorPorts {
  const control = openControl(openDataFolder(dataDir).control);
  return { control, clock: systemClock, close: async () => control.close() };
}

/** A run that found nothing to do: its heartbeat tells of it, and a terminal would show little else. */
function isIdleRun(event: string, { done }: TelemetryProperties): boolean {
  return event === 'job-done' && done === 0;
}
