import { FACILITIES } from '../../domain/collections/facilities.ts';
import type { TenantHandle } from '../../domain/tenant-handle.ts';
import { Failure, type InputError } from '../../model/failure.ts';
import type { FacilityScope, Grants } from '../../model/grants.ts';

const PAGE = 2000;

/** Facilities as a request names them: inside each grant, or once beside a preset. */
export interface NamedFacilities {
  readonly grants?: Grants;
  readonly facilities?: FacilityScope;
}

/**
 * Holds a request to facilities that exist; closed ones do, as their records stay. Ask `mayGive` first: then a facility
 * out of the giver's reach is refused in the same way whether it exists or not. Costs one read when a list is given,
 * none otherwise. Throws Failure `invalid-input` that points at each unknown one.
 */
export async function checkFacilities(tenant: TenantHandle, named: NamedFacilities): Promise<void> {
  const scopes = [
    { pointer: '/facilities', scope: named.facilities },
    ...Object.entries(named.grants ?? {}).map(([area, grant]) => ({
      pointer: `/grants/${area}/facilities`,
      scope: grant.facilities,
    })),
  ];
  const given = scopes.flatMap(({ pointer, scope }) =>
    scope === undefined || scope === 'all'
      ? []
      : scope.map((id, position) => ({ id, pointer: `${pointer}/${position}` })),
  );
  if (given.length === 0) return;
  const known = await facilityIds(tenant);
  const unknown = given.filter(({ id }) => !known.has(id));
  if (unknown.length > 0) throw new Failure('invalid-input', { errors: unknown.map(unknownFacility) });
}

async function facilityIds(tenant: TenantHandle): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  let after: string | undefined;
  do {
    const page = await tenant.list({
      kind: FACILITIES.kind.name,
      parts: 'none',
      limit: PAGE,
      ...(after !== undefined && { after }),
    });
    for (const { id } of page) ids.add(id);
    after = page.length < PAGE ? undefined : page.at(-1)?.id;
  } while (after !== undefined);
  return ids;
}

function unknownFacility({ pointer }: { readonly pointer: string }): InputError {
  return {
    pointer,
    code: 'unknown-facility',
    text: { ja: 'この園は登録されていません。', en: 'There is no such facility.' },
  };
}
