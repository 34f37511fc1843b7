import type { Command } from './command.ts';
import { COMMON_OPTIONS, type Option } from './options.ts';

/** All commands, one line each. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    "LeySerKids, the operator's tool. It writes contracts and announcements and reads what the service did about them; it",
    'reaches no customer data.',
    '',
    'Usage: npm run ops -- <noun> <verb> [options]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'Days are civil days in Japan (2027-03-31), times are Japan time (2026-12-01T02:00).',
    '"<noun> <verb> --help" tells more, --json answers for programs.',
    'Exit codes: 0 done, 1 trouble (of the store or the service), 2 refused: the sentence on stderr says what to put right.',
    '',
  ].join('\n');
}

/** One command with its options. */
export function commandHelp(command: Command): string {
  const options = Object.entries({ ...command.options, ...COMMON_OPTIONS });
  const width = Math.max(...options.map(([name, option]) => shown(name, option).length));
  const needed = options
    .filter(([, { required }]) => required === true)
    .map(([name, option]) => ` ${shown(name, option)}`);
  return [
    `Usage: npm run ops -- ${command.name}${needed.join('')}${needed.length < options.length ? ' [options]' : ''}`,
    '',
    command.detail,
    '',
    ...options.map(([name, option]) => `  ${shown(name, option).padEnd(width)}  ${option.help}`),
    '',
  ].join('\n');
}

function shown(name: string, { value }: Option): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}
