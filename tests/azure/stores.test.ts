import { describe, expect } from 'vitest';
import { type Check, itPromises, type Mutation } from './checks.ts';
import { at, lastOf, list, ofType, one, text } from './snapshot.ts';

const COSMOS = 'Microsoft.DocumentDB/databaseAccounts';
const VAULTS = 'Microsoft.KeyVault/vaults';
const STORAGE = 'Microsoft.Storage/storageAccounts';
const POLICY = 'Microsoft.Authorization/policyAssignments';
const JAPAN = ['japaneast', 'japanwest'];

const dataAndBackupsStayInJapan: Check = (snapshot) => {
  for (const { name, location } of snapshot.predictedResources) {
    if (location !== 'global' && location !== undefined) expect(JAPAN, name).toContain(location);
  }
  for (const account of ofType(snapshot, COSMOS)) {
    for (const region of list(account, 'properties.locations')) expect(JAPAN).toContain(at(region, 'locationName'));
  }
  // Copies go to the paired region alone, which for both is the other one in Japan.
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

describe('the stores keep their promises:', () => {
  itPromises(
    [
      dataAndBackupsStayInJapan,
      azureItselfRefusesOtherRegions,
      storesTakeTls12OrLater,
      storesTakeNoKeys,
      customerDataHasNoPublicAddress,
      operatorsReachTwoStoresFromTheirNetworksOnly,
    ],
    [
      ...cosmos('location', 'westeurope', dataAndBackupsStayInJapan),
      ...cosmos('properties.locations.0.locationName', 'koreacentral', dataAndBackupsStayInJapan),
      ...storage('sku.name', 'Standard_RAGZRS', dataAndBackupsStayInJapan),
      [POLICY, 'japan-only', '', undefined, azureItselfRefusesOtherRegions],
      [POLICY, 'japan-only', 'properties.enforcementMode', 'DoNotEnforce', azureItselfRefusesOtherRegions],
      [
        POLICY,
        'japan-only',
        'properties.parameters.listOfAllowedLocations.value.2',
        'koreacentral',
        azureItselfRefusesOtherRegions,
      ],
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
      [
        COSMOS,
        '-control-',
        'properties.ipRules.0.ipAddressOrRange',
        '0.0.0.0',
        operatorsReachTwoStoresFromTheirNetworksOnly,
      ],
      [
        VAULTS,
        'service-keys',
        'properties.networkAcls.ipRules.0.value',
        '192.0.2.0/8',
        operatorsReachTwoStoresFromTheirNetworksOnly,
      ],
    ],
  );
});

function cosmos(path: string, to: unknown, noticedBy: Check): Mutation[] {
  return ['-data-', '-control-'].map((name): Mutation => [COSMOS, name, path, to, noticedBy]);
}

function vaults(path: string, to: unknown, noticedBy: Check): Mutation[] {
  return ['tenant-keys', 'service-keys'].map((name): Mutation => [VAULTS, name, path, to, noticedBy]);
}

function storage(path: string, to: unknown, noticedBy: Check): Mutation[] {
  return ['lkbackups', 'lklogarchive', 'lkapihost', 'lkjobshost'].map(
    (name): Mutation => [STORAGE, name, path, to, noticedBy],
  );
}
