import { writeSync } from 'node:fs';
import { registerHooks } from 'node:module';

/** Preloaded into a service: writes a line the first time that a module of a library is loaded, and changes nothing else. */
const told = new Set<string>();
registerHooks({
  load(url, context, next) {
    const [, library] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? [];
    if (library !== undefined && !told.has(library)) {
      told.add(library);
      writeSync(1, `loads ${library}\n`);
    }
    return next(url, context);
  },
});
