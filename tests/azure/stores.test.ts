import { describe, expect } from 'vitest';
import { CONTROL_LAYOUTS, type ContainerLayout, TENANTS_LAYOUT } from '../../src/adapters/cosmos/container-layout.ts';
import { type Check, itPromises } from './checks.ts';
import { at, lastOf, list, ofType, one, type Resource, type Snapshot, text } from './snapshot.ts';

const COSMOS = 'Microsoft.DocumentDB/databaseAccounts';
const CONTAINERS = 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers';
const VAULTS = 'Microsoft.KeyVault/vaults';
const STORAGE = 'Microsoft.Storage/storageAccounts';
const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices';
const IMMUTABILITY = 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies';
const POLICY = 'Microsoft.Authorization/policyAssignments';
const JAPAN = ['japaneast', 'japanwest'];

const dataAndBackupsStayInJapan: Check = (snapshot) => {
  for (const { name, location } of snapshot.predictedResources) {
    if (location !== 'global' && location !== undefined) expect(JAPAN, name).toContain(location);
  }
  for (const account of ofType(snapshot, COSMOS)) {
    for (const region of list(account, 'properties.locations')) expect(JAPAN).toContain(at(region, 'locationName'));
    expect(at(account, 'properties.backupPolicy.periodicModeProperties.backupStorageRedundancy')).toBe('Zone');
  }
  // GRS copies to the paired region, which for both is the other one in Japan.
  for (const account of ofType(snapshot, STORAGE)) {
    expect(['Standard_ZRS', 'Standard_GRS']).toContain(at(account, 'sku.name'));
  }
};

const azureItselfRefusesOtherRegions: Check = (snapshot) => {
  const policy = one(snapshot, POLICY, 'japan-only');
  expect(lastOf(text(policy, 'properties.policyDefinitionId'))).toBe('e56962a6-4747-49cd-b67b-bf8b01975c4c');
  expect(at(policy, 'properties.enforcementMode')).toBe('Default');
  expect(at(policy, 'properties.parameters.listOfAllowedLocations.value')).toEqual(JAPAN);
};

const storesTakeTls12OrLater: Check = (snapshot) => {
  for (const account of ofType(snapshot, COSMOS)) expect(at(account, 'properties.minimalTlsVersion')).toBe('Tls12');
  for (const account of ofType(snapshot, STORAGE)) {
    expect(at(account, 'properties.minimumTlsVersion')).toBe('TLS1_2');
    expect(at(account, 'properties.supportsHttpsTrafficOnly')).toBe(true);
  }
};

const storesTakeNoKeys: Check = (snapshot) => {
  for (const account of ofType(snapshot, COSMOS)) {
    expect(at(account, 'properties.disableLocalAuth')).toBe(true);
    expect(at(account, 'properties.disableKeyBasedMetadataWriteAccess')).toBe(true);
  }
  for (const account of ofType(snapshot, STORAGE)) {
    expect(at(account, 'properties.allowSharedKeyAccess')).toBe(false);
    expect(at(account, 'properties.allowBlobPublicAccess')).toBe(false);
    expect(at(account, 'properties.isLocalUserEnabled')).toBe(false);
    expect(at(account, 'properties.isSftpEnabled')).toBe(false);
    expect(at(account, 'properties.allowedCopyScope')).toBe('AAD');
  }
  for (const vault of ofType(snapshot, VAULTS)) expect(at(vault, 'properties.enableRbacAuthorization')).toBe(true);
};

const customerDataHasNoPublicAddress: Check = (snapshot) => {
  const closed = [one(snapshot, COSMOS, '-data-'), one(snapshot, VAULTS, 'tenant-keys'), ...ofType(snapshot, STORAGE)];
  for (const store of closed) expect(at(store, 'properties.publicNetworkAccess'), store.name).toBe('Disabled');
  for (const store of [...ofType(snapshot, STORAGE), ...ofType(snapshot, VAULTS)]) {
    expect(at(store, 'properties.networkAcls.defaultAction')).toBe('Deny');
    expect(at(store, 'properties.networkAcls.bypass')).toBe('None');
  }
  for (const account of ofType(snapshot, COSMOS)) expect(at(account, 'properties.networkAclBypass')).toBe('None');
};

const operatorsReachTwoStoresFromTheirNetworksOnly: Check = (snapshot) => {
  const control = list(one(snapshot, COSMOS, '-control-'), 'properties.ipRules').map((rule) =>
    text(rule, 'ipAddressOrRange'),
  );
  const serviceKeys = list(one(snapshot, VAULTS, 'service-keys'), 'properties.networkAcls.ipRules').map((rule) =>
    text(rule, 'value'),
  );
  expect(control).toEqual(serviceKeys);
  // Without a rule an account that is not closed is open to all; 0.0.0.0 stands for every customer's machines in Azure.
  expect(control).not.toEqual([]);
  for (const range of control) expect(range).toMatch(/^(?!0\.)\d+\.\d+\.\d+\.\d+(\/(2[4-9]|3[0-2]))?$/);
};

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

const nothingOfATenantOutlivesItsKey: Check = (snapshot) => {
  for (const account of ofType(snapshot, COSMOS)) {
    expect(at(account, 'properties.backupPolicy.type')).toBe('Periodic');
    expect(at(account, 'properties.backupPolicy.periodicModeProperties.backupRetentionIntervalInHours')).toBe(8);
  }
  const tenantKeys = one(snapshot, VAULTS, 'tenant-keys');
  expect(at(tenantKeys, 'properties.enablePurgeProtection') ?? null).toBeNull();
  expect(at(tenantKeys, 'properties.softDeleteRetentionInDays')).toBe(7);
  const blobs = one(snapshot, BLOBS, 'lkbackups');
  for (const keeping of ['deleteRetentionPolicy', 'containerDeleteRetentionPolicy', 'restorePolicy', 'changeFeed']) {
    expect(at(blobs, `properties.${keeping}.enabled`), keeping).toBe(false);
  }
  expect(at(blobs, 'properties.isVersioningEnabled')).toBe(false);
  expect(writeOnce(snapshot).filter(({ name }) => name.includes('lkbackups'))).toEqual([]);
};

const theLogArchiveIsWrittenOnce: Check = (snapshot) => {
  // Once it is locked the platform takes no change of the policy, and the deployment leaves it alone.
  if (at(one(snapshot, STORAGE, 'lklogarchive'), 'tags.write-once') !== 'locked') {
    const policy = one(snapshot, IMMUTABILITY, 'lklogarchive');
    expect(policy.name).toMatch(/\/digests\/default$/);
    expect(at(policy, 'properties.immutabilityPeriodSinceCreationInDays')).toBeGreaterThanOrEqual(184);
    expect(at(policy, 'properties.allowProtectedAppendWrites')).toBe(false);
    expect(at(policy, 'properties.allowProtectedAppendWritesAll')).toBe(false);
  }
  const blobs = one(snapshot, BLOBS, 'lklogarchive');
  expect(at(blobs, 'properties.deleteRetentionPolicy')).toEqual({ enabled: true, days: 30 });
  expect(at(blobs, 'properties.containerDeleteRetentionPolicy')).toEqual({ enabled: true, days: 30 });
};

function writeOnce(snapshot: Snapshot): readonly Resource[] {
  return snapshot.predictedResources.filter(({ type }) => type === IMMUTABILITY);
}

describe('the stores keep their promises:', () => {
  itPromises(
    [
      dataAndBackupsStayInJapan,
      azureItselfRefusesOtherRegions,
      storesTakeTls12OrLater,
      storesTakeNoKeys,
      customerDataHasNoPublicAddress,
      operatorsReachTwoStoresFromTheirNetworksOnly,
      everyInstanceSeesTheSame,
      containersAreAsTheCodeQueriesThem,
      sealedPartsAreNotIndexed,
      nothingOfATenantOutlivesItsKey,
      theLogArchiveIsWrittenOnce,
    ],
    [
      ...cosmos('location', 'westeurope', dataAndBackupsStayInJapan),
      ...cosmos('properties.locations.0.locationName', 'koreacentral', dataAndBackupsStayInJapan),
      ...cosmos(
        'properties.backupPolicy.periodicModeProperties.backupStorageRedundancy',
        'Geo',
        dataAndBackupsStayInJapan,
      ),
      ...storage('sku.name', 'Standard_RAGZRS', dataAndBackupsStayInJapan),
      [POLICY, 'japan-only', '', undefined, azureItselfRefusesOtherRegions],
      [POLICY, 'japan-only', 'properties.enforcementMode', 'DoNotEnforce', azureItselfRefusesOtherRegions],
      [POLICY, 'japan-only', 'properties.parameters.listOfAllowedLocations.value.2', 'koreacentral', azureItselfRefusesOtherRegions],
      ...cosmos('properties.minimalTlsVersion', 'Tls11', storesTakeTls12OrLater),
      ...storage('properties.minimumTlsVersion', 'TLS1_0', storesTakeTls12OrLater),
      ...storage('properties.supportsHttpsTrafficOnly', false, storesTakeTls12OrLater),
      ...cosmos('properties.disableLocalAuth', false, storesTakeNoKeys),
      ...cosmos('properties.disableKeyBasedMetadataWriteAccess', undefined, storesTakeNoKeys),
      ...storage('properties.allowSharedKeyAccess', true, storesTakeNoKeys),
      ...storage('properties.allowBlobPublicAccess', true, storesTakeNoKeys),
      ...storage('properties.isLocalUserEnabled', undefined, storesTakeNoKeys),
      ...storage('properties.isSftpEnabled', true, storesTakeNoKeys),
      ...storage('properties.allowedCopyScope', undefined, storesTakeNoKeys),
      ...vaults('properties.enableRbacAuthorization', false, storesTakeNoKeys),
      [COSMOS, '-data-', 'properties.publicNetworkAccess', 'Enabled', customerDataHasNoPublicAddress],
      [VAULTS, 'tenant-keys', 'properties.publicNetworkAccess', 'Enabled', customerDataHasNoPublicAddress],
      ...storage('properties.publicNetworkAccess', 'Enabled', customerDataHasNoPublicAddress),
      ...storage('properties.networkAcls.bypass', 'AzureServices', customerDataHasNoPublicAddress),
      ...vaults('properties.networkAcls.bypass', 'AzureServices', customerDataHasNoPublicAddress),
      ...vaults('properties.networkAcls.defaultAction', 'Allow', customerDataHasNoPublicAddress),
      ...cosmos('properties.networkAclBypass', 'AzureServices', customerDataHasNoPublicAddress),
      [COSMOS, '-control-', 'properties.ipRules', [], operatorsReachTwoStoresFromTheirNetworksOnly],
      [COSMOS, '-control-', 'properties.ipRules.0.ipAddressOrRange', '0.0.0.0', operatorsReachTwoStoresFromTheirNetworksOnly],
      [VAULTS, 'service-keys', 'properties.networkAcls.ipRules.0.value', '192.0.2.0/8', operatorsReachTwoStoresFromTheirNetworksOnly],
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
      ...cosmos('properties.backupPolicy.type', 'Continuous', nothingOfATenantOutlivesItsKey),
      ...cosmos(
        'properties.backupPolicy.periodicModeProperties.backupRetentionIntervalInHours',
        720,
        nothingOfATenantOutlivesItsKey,
      ),
      [VAULTS, 'tenant-keys', 'properties.enablePurgeProtection', true, nothingOfATenantOutlivesItsKey],
      [VAULTS, 'tenant-keys', 'properties.softDeleteRetentionInDays', 90, nothingOfATenantOutlivesItsKey],
      ...['deleteRetentionPolicy', 'containerDeleteRetentionPolicy', 'restorePolicy', 'changeFeed'].map((keeping): Mutation => [BLOBS, 'lkbackups', `properties.${keeping}.enabled`, true, nothingOfATenantOutlivesItsKey]),
      [BLOBS, 'lkbackups', 'properties.isVersioningEnabled', true, nothingOfATenantOutlivesItsKey],
      [IMMUTABILITY, 'lklogarchive', 'name', 'lkbackups/default/generations/default', nothingOfATenantOutlivesItsKey],
      [IMMUTABILITY, 'lklogarchive', '', undefined, theLogArchiveIsWrittenOnce],
      [IMMUTABILITY, 'lklogarchive', 'properties.immutabilityPeriodSinceCreationInDays', 183, theLogArchiveIsWrittenOnce],
      [IMMUTABILITY, 'lklogarchive', 'properties.allowProtectedAppendWrites', true, theLogArchiveIsWrittenOnce],
      [BLOBS, 'lklogarchive', 'properties.deleteRetentionPolicy.enabled', false, theLogArchiveIsWrittenOnce],
    ],
  );
});

function cosmos(path: string, to: unknown, noticedBy: Check): Mutation[] {
  return ['-data-', '-control-'].map((name): Mutation => [COSMOS, name, path, to, noticedBy]);
}

function containers(path: string, to: unknown, noticedBy: Check): Mutation[] {
  return ['/data/tenants', '/control/contracts'].map((name): Mutation => [CONTAINERS, name, path, to, noticedBy]);
}

function vaults(path: string, to: unknown, noticedBy: Check): Mutation[] {
  return ['tenant-keys', 'service-keys'].map((name): Mutation => [VAULTS, name, path, to, noticedBy]);
}

function storage(path: string, to: unknown, noticedBy: Check): Mutation[] {
  return ['lkbackups', 'lklogarchive', 'lkapihost', 'lkjobshost'].map((name): Mutation => [STORAGE, name, path, to, noticedBy]);
}
