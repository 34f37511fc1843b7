import { describe, expect } from 'vitest';
import { CONTROL_LAYOUTS, type ContainerLayout, TENANTS_LAYOUT } from '../../src/adapters/cosmos/container-layout.ts';
import { type Check, itPromises, type Mutation } from './checks.ts';
import { at, lastOf, list, ofType, one, type Resource, text } from './snapshot.ts';

const COSMOS = 'Microsoft.DocumentDB/databaseAccounts';
const CONTAINERS = 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers';

const everyInstanceSeesTheSame: Check = (snapshot) => {
  for (const account of ofType(snapshot, COSMOS)) {
    expect(at(account, 'properties.consistencyPolicy.defaultConsistencyLevel')).toBe('Strong');
    expect(at(account, 'properties.enableMultipleWriteLocations')).toBe(false);
    expect(list(account, 'properties.locations')).toHaveLength(1);
  }
};

const containersAreAsTheCodeQueriesThem: Check = (snapshot) => {
  const containers = ofType(snapshot, CONTAINERS);
  const wanted = [
    ['data', TENANTS_LAYOUT] as const,
    ...Object.values(CONTROL_LAYOUTS).map((l) => ['control', l] as const),
  ];
  expect(containers).toHaveLength(wanted.length);
  for (const [database, layout] of wanted) {
    const container = one(snapshot, CONTAINERS, `/${database}/${layout.name}`);
    expect(at(container, 'properties.resource.id')).toBe(layout.name);
    expect(layoutOf(container)).toEqual(layout);
    expect(at(container, 'properties.resource.partitionKey.kind')).toBe('Hash');
    expect(at(container, 'properties.resource.indexingPolicy.indexingMode')).toBe('consistent');
  }
};

function layoutOf(container: Resource): ContainerLayout {
  const resource = at(container, 'properties.resource');
  const [partition, ...more] = list(resource, 'partitionKey.paths');
  expect(more).toEqual([]);
  return {
    name: lastOf(container.name),
    partitionProperty: String(partition).slice(1) as ContainerLayout['partitionProperty'],
    includedPaths: list(resource, 'indexingPolicy.includedPaths').map((path) => text(path, 'path')),
    compositeIndexes: list(resource, 'indexingPolicy.compositeIndexes').map((index) => {
      const paths = index as readonly unknown[];
      for (const path of paths) expect(at(path, 'order')).toBe('ascending');
      return paths.map((path) => text(path, 'path'));
    }),
    defaultTtl: (at(resource, 'defaultTtl') as -1 | undefined) ?? null,
  };
}

const sealedPartsAreNotIndexed: Check = (snapshot) => {
  for (const container of ofType(snapshot, CONTAINERS)) {
    const policy = at(container, 'properties.resource.indexingPolicy');
    expect(list(policy, 'excludedPaths')).toContainEqual({ path: '/*' });
    const included = list(policy, 'includedPaths').map((path) => text(path, 'path'));
    expect(included.filter((path) => /^\/(\*|card|body|value)/.test(path))).toEqual([]);
  }
};

describe('the databases keep their promises:', () => {
  itPromises(
    [everyInstanceSeesTheSame, containersAreAsTheCodeQueriesThem, sealedPartsAreNotIndexed],
    [
      ...cosmos('properties.consistencyPolicy.defaultConsistencyLevel', 'Session', everyInstanceSeesTheSame),
      ...cosmos('properties.enableMultipleWriteLocations', true, everyInstanceSeesTheSame),
      ...cosmos('properties.locations.1', { locationName: 'japanwest' }, everyInstanceSeesTheSame),
      ...containers('properties.resource.partitionKey.paths.0', '/kind', containersAreAsTheCodeQueriesThem),
      ...containers('properties.resource.defaultTtl', 60, containersAreAsTheCodeQueriesThem),
      ...containers('properties.resource.indexingPolicy.includedPaths.1', undefined, containersAreAsTheCodeQueriesThem),
      ...containers(
        'properties.resource.indexingPolicy.compositeIndexes.0.0.order',
        'descending',
        containersAreAsTheCodeQueriesThem,
      ),
      ...containers(
        'properties.resource.indexingPolicy.compositeIndexes.1',
        undefined,
        containersAreAsTheCodeQueriesThem,
      ),
      ...containers('', undefined, containersAreAsTheCodeQueriesThem),
      ...containers('properties.resource.indexingPolicy.excludedPaths', [], sealedPartsAreNotIndexed),
      ...containers('properties.resource.indexingPolicy.includedPaths.0.path', '/*', sealedPartsAreNotIndexed),
    ],
  );
});

function cosmos(path: string, to: unknown, noticedBy: Check): Mutation[] {
  return ['-data-', '-control-'].map((name): Mutation => [COSMOS, name, path, to, noticedBy]);
}

function containers(path: string, to: unknown, noticedBy: Check): Mutation[] {
  return ['/data/tenants', '/control/contracts'].map((name): Mutation => [CONTAINERS, name, path, to, noticedBy]);
}
