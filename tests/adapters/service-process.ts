import { openDataFolder } from '../../src/adapters/local-files/data-folder.ts';
import { lockForService } from '../../src/adapters/sqlite/service-lock.ts';
import { StartError } from '../../src/model/start-error.ts';

/** A process that takes a data folder as the service does, tells how that went and keeps it until it is ended. */
try {
  lockForService(openDataFolder(process.argv[2] ?? ''));
  console.log('running');
  process.stdin.resume();
} catch (error) {
  console.log(error instanceof StartError ? JSON.stringify(error.text) : `unexpected: ${error}`);
}
