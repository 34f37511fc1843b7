import type { SignInRules } from './sign-in/sign-in-rules.ts';
import type { TenantHandle } from './tenant-handle.ts';

/** A tenant whose contract lives, as an instance remembers it: its handle, and what its administrators decided about sign-in. */
export interface OpenTenant {
  readonly handle: TenantHandle;
  readonly rules: SignInRules;
}
