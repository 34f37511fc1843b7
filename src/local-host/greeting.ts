import { INVITED, TENANT } from './demo/nursery.ts';
import { type Plan, planFile } from './demo/plan.ts';

/** What a person reads when the service is ready: where to go, and how to sign in to the invented tenant. */
export function greeting(url: string, dataFolder: string, plan: Plan | undefined): readonly string[] {
  const ready = `LeySerKids is ready (準備ができました): ${url}`;
  if (plan === undefined) return ['', ready, ''];
  const { loginId, password } = plan.administrator;
  return [
    '',
    ready,
    '',
    `  An invented tenant to try (見本の契約。園児も職員も架空です):`,
    `    契約コード tenant     ${TENANT}`,
    `    アカウントID account  ${loginId}`,
    `    パスワード password   ${password}`,
    '',
    '  Registration codes, each for one person, 7 days (登録コード):',
    ...plan.accounts.map(({ code }, at) => `    ${code ?? '(used / 使用済み)'}  ${INVITED[at]?.displayName ?? ''}`),
    '',
    `  Kept for you in (控え) ${planFile(dataFolder)}`,
    '',
  ];
}
