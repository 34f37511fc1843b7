import { createRequire } from 'node:module';
import { readFunctions } from '../../src/local-host/app-functions.ts';
import { invoke } from '../../src/local-host/invocation.ts';
import { loadApp } from '../../src/local-host/load-app.ts';
import { pathSegments, routeMatcher } from '../../src/local-host/route-match.ts';

/**
 * A process that loads a packaged folder as the worker does: it requires what package.json names as `main` and gives it
 * `@azure/functions-core`. Then it runs the timers named, gets the paths given, and writes what it found as JSON.
 */
const [folder = '', ...steps] = process.argv.slice(2);
const require = createRequire(`${folder}/`);
/** The package's files that have been read so far, relative to it. */
const filesRead = () =>
  Object.keys(require.cache)
    .filter((path) => path.startsWith(`${folder}/`))
    .map((path) => path.slice(folder.length + 1));
let readAtOnce: readonly string[] = [];
const { model, functions } = await loadApp(async () => {
  require(`./${require('./package.json').main}`);
  readAtOnce = filesRead();
});
const readAtStart = filesRead();
const { routes, timers } = readFunctions(functions, '');
const match = routeMatcher(routes);
const answers: { readonly status: string | undefined; readonly body: string }[] = [];
for (const step of steps) {
  const timer = timers.find(({ fn }) => fn.metadata.name === step);
  if (timer !== undefined) await invoke(model, timer.fn, timer.trigger, { json: '{}' });
  else {
    const found = match('GET', pathSegments(step) ?? []);
    if (found === undefined) throw new RangeError(`the package has neither a timer nor a path ${step}`);
    const http = { method: 'GET', url: `http://localhost:7071${step}`, nullableHeaders: {}, nullableQuery: {} };
    const { fn, trigger } = found.target;
    const answer = await invoke(model, fn, trigger, { http: { ...http, nullableParams: {} } });
    answers.push({ status: answer?.statusCode, body: new TextDecoder().decode(answer?.body?.bytes) });
  }
}
const found = {
  routes: routes.map(({ template }) => template),
  timers: timers.map(({ fn }) => fn.metadata.name),
  answers,
  /** The files that had been read when everything was registered, when the app had started, and in the end. */
  readAtOnce,
  readAtStart,
  readAtEnd: filesRead(),
};
process.stdout.write(`\n${JSON.stringify(found)}\n`, () => process.exit(0));
