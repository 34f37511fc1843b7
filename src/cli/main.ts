import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { openOperatorStores } from '../app.ts';
import { ops, type WithContext } from './ops.ts';

/** The entry of `npm run ops`: opens the control store only, and only for a call that makes sense. */
const withContext: WithContext = async (work) => {
  const { close, ...stores } = await openOperatorStores();
  try {
    const ask = process.stdin.isTTY && process.stderr.isTTY ? askAtTerminal : undefined;
    return await work({ ...stores, ask, tell: (line) => process.stderr.write(`${line}\n`) });
  } finally {
    await close();
  }
};

/** The line that the person types; empty when the input is closed instead (Ctrl-D, Ctrl-C). */
async function askAtTerminal(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await Promise.race([terminal.question(question), once(terminal, 'close').then(() => '')]);
  } finally {
    terminal.close();
  }
}

process.exitCode = await ops(process.argv.slice(2), withContext, {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
