import { describe, expect } from 'vitest';
import { type Check, itPromises, type Mutation } from './checks.ts';
import { at, ofType, one, type Resource, type Snapshot } from './snapshot.ts';

const COSMOS = 'Microsoft.DocumentDB/databaseAccounts';
const VAULTS = 'Microsoft.KeyVault/vaults';
const STORAGE = 'Microsoft.Storage/storageAccounts';
const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices';
const REDUNDANCY = 'properties.backupPolicy.periodicModeProperties.backupStorageRedundancy';
const IMMUTABILITY = 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies';

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

const theLossOfARegionIsNotTheEnd: Check = (snapshot) => {
  for (const account of ofType(snapshot, COSMOS)) {
    expect(at(account, REDUNDANCY)).toBe('Geo');
    expect(at(account, 'properties.locations.0.isZoneRedundant')).toBe(true);
  }
  for (const name of ['lkbackups', 'lklogarchive']) {
    expect(at(one(snapshot, STORAGE, name), 'sku.name')).toBe('Standard_GRS');
  }
};

function writeOnce(snapshot: Snapshot): readonly Resource[] {
  return snapshot.predictedResources.filter(({ type }) => type === IMMUTABILITY);
}

describe('what must vanish vanishes, what must last lasts:', () => {
  itPromises(
    [nothingOfATenantOutlivesItsKey, theLogArchiveIsWrittenOnce, theLossOfARegionIsNotTheEnd],
    [
      ...cosmos(REDUNDANCY, 'Local', theLossOfARegionIsNotTheEnd),
      ...cosmos('properties.locations.0.isZoneRedundant', false, theLossOfARegionIsNotTheEnd),
      [STORAGE, 'lkbackups', 'sku.name', 'Standard_ZRS', theLossOfARegionIsNotTheEnd],
      [STORAGE, 'lklogarchive', 'sku.name', 'Standard_ZRS', theLossOfARegionIsNotTheEnd],
      ...cosmos('properties.backupPolicy.type', 'Continuous', nothingOfATenantOutlivesItsKey),
      ...cosmos(
        'properties.backupPolicy.periodicModeProperties.backupRetentionIntervalInHours',
        720,
        nothingOfATenantOutlivesItsKey,
      ),
      [VAULTS, 'tenant-keys', 'properties.enablePurgeProtection', true, nothingOfATenantOutlivesItsKey],
      [VAULTS, 'tenant-keys', 'properties.softDeleteRetentionInDays', 90, nothingOfATenantOutlivesItsKey],
      ...['deleteRetentionPolicy', 'containerDeleteRetentionPolicy', 'restorePolicy', 'changeFeed'].map(
        (keeping): Mutation => [
          BLOBS,
          'lkbackups',
          `properties.${keeping}.enabled`,
          true,
          nothingOfATenantOutlivesItsKey,
        ],
      ),
      [BLOBS, 'lkbackups', 'properties.isVersioningEnabled', true, nothingOfATenantOutlivesItsKey],
      [IMMUTABILITY, 'lklogarchive', 'name', 'lkbackups/default/generations/default', nothingOfATenantOutlivesItsKey],
      [IMMUTABILITY, 'lklogarchive', '', undefined, theLogArchiveIsWrittenOnce],
      [
        IMMUTABILITY,
        'lklogarchive',
        'properties.immutabilityPeriodSinceCreationInDays',
        183,
        theLogArchiveIsWrittenOnce,
      ],
      [IMMUTABILITY, 'lklogarchive', 'properties.allowProtectedAppendWrites', true, theLogArchiveIsWrittenOnce],
      [BLOBS, 'lklogarchive', 'properties.deleteRetentionPolicy.enabled', false, theLogArchiveIsWrittenOnce],
    ],
  );
});

function cosmos(path: string, to: unknown, noticedBy: Check): Mutation[] {
  return ['-data-', '-control-'].map((name): Mutation => [COSMOS, name, path, to, noticedBy]);
}
