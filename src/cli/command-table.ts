import type { Command } from './command.ts';
import { contractCode } from './contract-code.ts';
import { contractCreate } from './contract-create.ts';
import { contractEnd } from './contract-end.ts';
import { contractExtend } from './contract-extend.ts';
import { contractList } from './contract-list.ts';
import { contractShow } from './contract-show.ts';
import { status } from './status.ts';

/** Everything that operators can do, on a page. */
export const COMMANDS: readonly Command[] = [
  contractCreate,
  contractCode,
  contractList,
  contractShow,
  contractExtend,
  contractEnd,
  status,
];
