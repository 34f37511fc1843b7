import { describe, expect } from 'vitest';
import { type Check, itPromises, type Mutation } from './checks.ts';
import { at, list, ofType, one, type Resource, SNAPSHOT, type Snapshot, text } from './snapshot.ts';

const GROUPS = 'Microsoft.Network/networkSecurityGroups';
const NETWORKS = 'Microsoft.Network/virtualNetworks';
const ENDPOINTS = 'Microsoft.Network/privateEndpoints';
const ZONE_GROUPS = 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups';
const LINKS = 'Microsoft.Network/privateDnsZones/virtualNetworkLinks';

/** Stores, the service of theirs that a private endpoint offers, and the zone that names it. */
const STORES = [
  ['Microsoft.DocumentDB/databaseAccounts', 'Sql', 'privatelink.documents.azure.com'],
  ['Microsoft.KeyVault/vaults', 'vault', 'privatelink.vaultcore.azure.net'],
  ['Microsoft.Storage/storageAccounts', 'blob', 'privatelink.blob.'],
] as const;

const onlyHttpsPassesTheNetwork: Check = (snapshot) => {
  for (const rule of ofType(snapshot, GROUPS).flatMap(rules)) {
    if (at(rule, 'properties.access') !== 'Allow') continue;
    expect(at(rule, 'properties.destinationPortRange')).toBe('443');
    expect(at(rule, 'properties.destinationPortRanges')).toBeUndefined();
    expect(at(rule, 'properties.protocol')).toBe('Tcp');
  }
};

const whatIsNotNamedIsRefused: Check = (snapshot) => {
  for (const group of ofType(snapshot, GROUPS)) expect(refusals(group)).toContain('Inbound');
  expect(refusals(one(snapshot, GROUPS, 'apps')).toSorted()).toEqual(['Inbound', 'Outbound']);
  expect(allowed(one(snapshot, GROUPS, 'apps'), 'Inbound', 'sourceAddressPrefix')).toEqual([]);
  expect(allowed(one(snapshot, GROUPS, 'apps'), 'Outbound', 'destinationAddressPrefix')).toEqual([
    at(subnet(snapshot, 'endpoints'), 'properties.addressPrefix'),
    'AzureMonitor',
    'AzureActiveDirectory',
  ]);
  expect(allowed(one(snapshot, GROUPS, 'endpoints'), 'Inbound', 'sourceAddressPrefixes')).toEqual([
    ['api', 'jobs'].map((name) => at(subnet(snapshot, name), 'properties.addressPrefix')),
  ]);
};

const everySubnetIsGuarded: Check = (snapshot) => {
  for (const [name, group] of [
    ['api', 'apps'],
    ['jobs', 'apps'],
    ['endpoints', 'endpoints'],
  ] as const) {
    expect(at(subnet(snapshot, name), 'properties.networkSecurityGroup.id')).toBe(one(snapshot, GROUPS, group).id);
  }
  expect(at(subnet(snapshot, 'endpoints'), 'properties.defaultOutboundAccess')).toBe(false);
  expect(at(subnet(snapshot, 'endpoints'), 'properties.privateEndpointNetworkPolicies')).toBe(
    'NetworkSecurityGroupEnabled',
  );
};

const everyStoreHasAPrivateAddress: Check = (snapshot) => {
  for (const [type, service, zone] of STORES) {
    for (const store of ofType(snapshot, type)) {
      const endpoint = one(snapshot, ENDPOINTS, store.name);
      const [connection] = list(endpoint, 'properties.privateLinkServiceConnections');
      expect(at(connection, 'properties.privateLinkServiceId')).toBe(store.id);
      expect(at(connection, 'properties.groupIds')).toEqual([service]);
      expect(at(endpoint, 'properties.subnet.id')).toMatch(/\/subnets\/endpoints$/);
      const names = one(snapshot, ZONE_GROUPS, `${endpoint.name}/`);
      expect(text(names, 'properties.privateDnsZoneConfigs.0.properties.privateDnsZoneId')).toContain(zone);
    }
  }
};

const privateNamesAreKnownInTheNetwork: Check = (snapshot) => {
  for (const [, , zone] of STORES) {
    const link = one(snapshot, LINKS, zone);
    expect(at(link, 'properties.virtualNetwork.id')).toBe(one(snapshot, NETWORKS, 'vnet').id);
    expect(at(link, 'properties.registrationEnabled')).toBe(false);
  }
};

function rules(group: Resource): readonly unknown[] {
  return list(group, 'properties.securityRules');
}

/** Directions in which the group's last rule refuses whatever comes. */
function refusals(group: Resource): readonly unknown[] {
  return rules(group)
    .map((rule) => at(rule, 'properties'))
    .filter((rule) => at(rule, 'access') === 'Deny' && at(rule, 'priority') === 4096)
    .filter((rule) => at(rule, 'protocol') === '*' && at(rule, 'destinationPortRange') === '*')
    .filter((rule) => at(rule, 'sourceAddressPrefix') === '*' && at(rule, 'destinationAddressPrefix') === '*')
    .map((rule) => at(rule, 'direction'));
}

/** What the group's rules that allow something say about one end of the way. */
function allowed(group: Resource, direction: string, end: string): readonly unknown[] {
  return rules(group)
    .map((rule) => at(rule, 'properties'))
    .filter((rule) => at(rule, 'access') === 'Allow' && at(rule, 'direction') === direction)
    .map((rule) => at(rule, end));
}

function subnet(snapshot: Snapshot, name: string): unknown {
  const subnets = list(one(snapshot, NETWORKS, 'vnet'), 'properties.subnets');
  return subnets.find((candidate) => at(candidate, 'name') === name);
}

describe('the network keeps its promises:', () => {
  itPromises(
    [
      onlyHttpsPassesTheNetwork,
      whatIsNotNamedIsRefused,
      everySubnetIsGuarded,
      everyStoreHasAPrivateAddress,
      privateNamesAreKnownInTheNetwork,
    ],
    [
      ...groups('properties.securityRules.0.properties.destinationPortRange', '22', onlyHttpsPassesTheNetwork),
      ...groups('properties.securityRules.0.properties.destinationPortRanges', ['1-9'], onlyHttpsPassesTheNetwork),
      ...groups('properties.securityRules.0.properties.protocol', '*', onlyHttpsPassesTheNetwork),
      ...groups('properties.securityRules.0.properties.direction', 'other', whatIsNotNamedIsRefused),
      rule('apps', 0, 'destinationAddressPrefix', 'Internet'),
      rule('apps', 3, 'access', 'Allow'),
      rule('apps', 4, 'priority', 4000),
      rule('endpoints', 0, 'sourceAddressPrefixes', ['0.0.0.0/0']),
      rule('endpoints', 1, 'sourceAddressPrefix', '10.0.0.0/8'),
      ...[0, 1, 2].map(
        (position): Mutation => [
          NETWORKS,
          'vnet',
          `properties.subnets.${position}.properties.networkSecurityGroup`,
          undefined,
          everySubnetIsGuarded,
        ],
      ),
      [NETWORKS, 'vnet', 'properties.subnets.2.properties.defaultOutboundAccess', true, everySubnetIsGuarded],
      [
        NETWORKS,
        'vnet',
        'properties.subnets.2.properties.privateEndpointNetworkPolicies',
        'Disabled',
        everySubnetIsGuarded,
      ],
      ...ofType(SNAPSHOT, ENDPOINTS).flatMap(({ name }): Mutation[] => [
        [ENDPOINTS, name, '', undefined, everyStoreHasAPrivateAddress],
        [
          ENDPOINTS,
          name,
          'properties.privateLinkServiceConnections.0.properties.privateLinkServiceId',
          '/other',
          everyStoreHasAPrivateAddress,
        ],
        [ZONE_GROUPS, name, '', undefined, everyStoreHasAPrivateAddress],
      ]),
      ...ofType(SNAPSHOT, LINKS).map(
        ({ name }): Mutation => [
          LINKS,
          name,
          'properties.virtualNetwork.id',
          '/other',
          privateNamesAreKnownInTheNetwork,
        ],
      ),
    ],
  );
});

function groups(path: string, to: unknown, noticedBy: Check): Mutation[] {
  return ['apps', 'endpoints'].map((name): Mutation => [GROUPS, name, path, to, noticedBy]);
}

function rule(name: string, position: number, property: string, to: unknown): Mutation {
  const path = `properties.securityRules.${position}.properties.${property}`;
  return [GROUPS, name, path, to, whatIsNotNamedIsRefused];
}
