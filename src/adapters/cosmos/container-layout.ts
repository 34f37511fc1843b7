import { CONTROL_CONTAINERS, type ControlContainerName } from '../../ports/control-store.ts';

/**
 * What a container must be for the queries of this folder: how it is partitioned, and what is indexed because it is
 * queried; everything else, the sealed parts above all, is excluded. The deployment creates containers like this, the
 * code never does.
 */
export interface ContainerLayout {
  readonly name: string;
  /** The property that holds the partition key. */
  readonly partitionProperty: 'tenantId' | 'scope';
  readonly includedPaths: readonly string[];
  /** Each ascending throughout; Cosmos DB reads one backwards for a descending order. */
  readonly compositeIndexes: readonly (readonly string[])[];
  /** -1: an item expires by its own `ttl` only. Null: nothing ever expires. */
  readonly defaultTtl: -1 | null;
}

export const TENANTS_LAYOUT: ContainerLayout = {
  name: 'tenants',
  partitionProperty: 'tenantId',
  includedPaths: [
    '/tenantId/?',
    '/kind/?',
    '/key/?',
    '/facility/?',
    '/class/?',
    '/day/?',
    '/at/?',
    '/expiresAt/?',
    '/clear/facility/?',
    '/clear/actor/?',
    '/clear/action/?',
    '/clear/targets/[]/?',
  ],
  compositeIndexes: [
    ['/kind', '/key'],
    ['/kind', '/facility', '/key'],
    ['/kind', '/day', '/key'],
    ['/kind', '/facility', '/day', '/key'],
    ['/kind', '/at', '/key'],
    ['/kind', '/_ts', '/key'],
  ],
  defaultTtl: -1,
};

function controlLayout(name: ControlContainerName): ContainerLayout {
  const partitionProperty = name === 'announcements' ? 'scope' : 'tenantId';
  return {
    name,
    partitionProperty,
    includedPaths: [`/${partitionProperty}/?`, '/key/?', '/dueAt/?'],
    compositeIndexes: [
      [`/${partitionProperty}`, '/key'],
      ['/_ts', `/${partitionProperty}`, '/key'],
      ['/key', '/dueAt', `/${partitionProperty}`],
    ],
    defaultTtl: null,
  };
}

export const CONTROL_LAYOUTS = Object.fromEntries(
  CONTROL_CONTAINERS.map((name) => [name, controlLayout(name)]),
) as Readonly<Record<ControlContainerName, ContainerLayout>>;
