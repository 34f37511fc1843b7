import { writeSync } from 'node:fs';

/** Loaded before a service, it makes the last line say the most memory that the process held, in kilobytes. */
process.on('exit', () => writeSync(1, `\n${process.resourceUsage().maxRSS}\n`));
