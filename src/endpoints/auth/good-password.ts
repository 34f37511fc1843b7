import { type PasswordContext, passwordProblem } from '../../domain/sign-in/password-rule.ts';
import { Failure } from '../../model/failure.ts';

const SERVICE_NAME = 'LeySerKids';

/**
 * Holds a new password to the rule. What is not known of the context yet is left out; ask again when it is. Throws
 * Failure `invalid-input` that tells the reason at `pointer`.
 */
export function needGoodPassword(
  pointer: string,
  password: string,
  known: Partial<Omit<PasswordContext, 'serviceName'>>,
): void {
  const { tenantId = '', tenantName = '', loginId = '', displayName = '' } = known;
  const problem = passwordProblem(password, { tenantId, tenantName, loginId, displayName, serviceName: SERVICE_NAME });
  if (problem === undefined) return;
  throw new Failure('invalid-input', { errors: [{ pointer, code: problem.code, text: problem.text }] });
}
