import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { StoreError } from '../../src/ports/store-error.ts';
import { operator } from './operator.ts';

test.each([
  [[], 'Usage'],
  [
    ['contrct', 'list'],
    'The tool has no noun "contrct"; there are: contract, notice, incident, maintenance, release, logs, status.',
  ],
  [
    ['--json', 'contract', 'list'],
    'The tool needs a noun first; there are: contract, notice, incident, maintenance, release, logs, status.',
  ],
  [['contract'], '"contract" needs a verb first; there are: create, code, list, show, extend, end.'],
  [['contract', '--json'], '"contract" needs a verb'],
  [['contract', 'creat'], '"contract" has no verb "creat"; there are: create,'],
  [
    ['contract', 'show', '--tenent', 'sakura'],
    '"contract show" has no option --tenent; it has: --tenant, --json, --help.',
  ],
  [['contract', 'show', '-t', 'sakura'], '"contract show" has no option -t'],
  [['contract', 'show', '--__proto__', 'x'], 'has no option --__proto__'],
  [['contract', 'show', '--no-json'], 'has no option --no-json'],
  [['contract', 'show'], '"contract show" needs --tenant ID'],
  [['contract', 'show', '--tenant'], '--tenant needs a value'],
  [['contract', 'show', '--tenant='], '--tenant needs a value'],
  [['contract', 'show', '--tenant', '--json'], '--tenant needs a value'],
  [['contract', 'show', '--tenant', 'a', '--tenant', 'b'], '--tenant is given twice'],
  [['contract', 'show', '--tenant', 'a', 'b'], 'takes no further words, but got "b"'],
  [['contract', 'list', '--json=yes'], '--json stands alone'],
  [['status', 'now'], 'takes no further words'],
])(
  '%j is answered with what is wrong and what there is, exit code 2, and no store is opened',
  async (line, sentence) => {
    const { run, opened } = await operator();
    const { exitCode, out, err } = await run(line);
    expect(exitCode).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(sentence);
    if (line.length > 0) expect(err.trim().split('\n')).toHaveLength(1);
    expect(opened()).toBe(0);
  },
);

test('help names every command, and the help of each command every option, without opening a store', async () => {
  const { run, opened } = await operator();
  for (const line of [['--help'], ['help'], ['contract', '--help']]) {
    const { exitCode, out } = await run(line);
    expect(exitCode).toBe(0);
    expect(out).toContain('contract extend');
  }
  for (const { name, summary, options } of COMMANDS) {
    expect((await run(['--help'])).out).toContain(summary);
    const { exitCode, out, err } = await run([...name.split(' '), '--help']);
    expect([exitCode, err]).toEqual([0, '']);
    expect(out).toContain(`npm run ops -- ${name}`);
    for (const option of [...Object.keys(options), 'json', 'help']) expect(out).toContain(`--${option}`);
  }
  expect(opened()).toBe(0);
});

test('no help text or answer is wider than a wide terminal', async () => {
  const { run } = await operator();
  const texts = await Promise.all(COMMANDS.map(({ name }) => run([...name.split(' '), '--help'])));
  for (const line of texts.flatMap(({ out }) => out.split('\n'))) expect(line.length).toBeLessThanOrEqual(130);
});

test.each([
  [new StoreError('unavailable', 'no answer', { unclear: true }), 'not known whether the change was written'],
  [new StoreError('busy', 'come back'), 'try again'],
  [new TypeError('a mistake of ours'), 'Unexpected trouble'],
])('trouble of the store or of the tool itself is exit code 1: %s', async (error, sentence) => {
  const { run, control } = await operator();
  const { exitCode, out, err } = await run(['contract', 'list'], {
    control: { ...control, now: () => Promise.reject(error) },
  });
  expect([exitCode, out]).toEqual([1, '']);
  expect(err).toContain(sentence);
});
