import type { Command } from './command.ts';
import { contractCode } from './contract-code.ts';
import { contractCreate } from './contract-create.ts';
import { contractEnd } from './contract-end.ts';
import { contractExtend } from './contract-extend.ts';
import { contractList } from './contract-list.ts';
import { contractShow } from './contract-show.ts';
import { incidentOpen } from './incident-open.ts';
import { incidentResolve } from './incident-resolve.ts';
import { incidentUpdate } from './incident-update.ts';
import { logsVerify } from './logs-verify.ts';
import { maintenancePlan } from './maintenance-plan.ts';
import { noticeList } from './notice-list.ts';
import { noticePublish } from './notice-publish.ts';
import { noticeWithdraw } from './notice-withdraw.ts';
import { releaseCheck } from './release-check.ts';
import { status } from './status.ts';

/** Everything that operators can do, on a page. */
export const COMMANDS: readonly Command[] = [
  contractCreate,
  contractCode,
  contractList,
  contractShow,
  contractExtend,
  contractEnd,
  noticePublish,
  noticeList,
  noticeWithdraw,
  incidentOpen,
  incidentUpdate,
  incidentResolve,
  maintenancePlan,
  releaseCheck,
  logsVerify,
  status,
];
