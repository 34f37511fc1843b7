import { newId } from '../../domain/ids.ts';
import { presetGrants } from '../../domain/presets.ts';
import { newAccount } from '../../domain/sign-in/account.ts';
import { ACTIVATED, ACTIVATED_ID } from '../../domain/sign-in/account-documents.ts';
import type { TenantHandle } from '../../domain/tenant-handle.ts';
import { Failure } from '../../model/failure.ts';
import { epochMs, instant } from '../../model/instant.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { visitorEvent } from '../pipeline/caller.ts';
import { type CodeUse, codeNotAccepted, type Registering } from './code-use.ts';

/**
 * The use of the operator's activation code: makes the tenant's first account, an administrator of everything. Works
 * only while the tenant never had an account; `activated` is create-only, so of two uses at once one wins. Any later
 * use of the code is ignored, written as an event, and raises an alert: an operator's code is never a way into a tenant
 * that lives. Throws Failure `code-not-accepted`, and `invalid-input` when the name is missing.
 */
export async function activation(
  tenant: TenantHandle,
  { visitor, displayName, hash }: Registering,
  telemetry: Telemetry,
): Promise<CodeUse> {
  const { now } = visitor;
  const issued = tenant.contract.activation;
  if ((await tenant.get(ACTIVATED, ACTIVATED_ID, 'none')) !== undefined) {
    telemetry.alert('activation-code-used-again', { tenant: tenant.tenantId });
    const facts = { action: 'activation-refused', result: 'refused', reason: 'activated-already' } as const;
    await tenant.commit([], [visitorEvent(visitor, facts)]);
    throw codeNotAccepted();
  }
  if (issued === null || now >= epochMs(issued.expiresAt)) throw codeNotAccepted();
  if (displayName === undefined) throw nameNeeded();
  const part = {
    displayName,
    grants: presetGrants('administrator', 'all'),
    preset: 'administrator',
    activeFrom: null,
    activeUntil: null,
    suspended: false,
  } as const;
  const id = newId(now);
  return {
    id,
    stored: undefined,
    account: newAccount(part, { codeHash: hash, expiresAt: issued.expiresAt }),
    besides: [
      { type: 'create', record: { kind: ACTIVATED, id: ACTIVATED_ID, clear: { account: id, at: instant(now) } } },
    ],
    action: 'tenant-activated',
  };
}

/** Whether this is the tenant's own activation code, used or not, expired or not. */
export function isActivationCode(tenant: TenantHandle, hash: string): boolean {
  return tenant.contract.activation?.codeHash === hash;
}

function nameNeeded(): Failure {
  const text = { ja: 'お名前を入力してください。', en: 'Please enter your name.' };
  return new Failure('invalid-input', { errors: [{ pointer: '/displayName', code: 'missing', text }] });
}
