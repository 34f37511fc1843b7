import { describe, expect } from 'vitest';
import { readConfig, SETTINGS } from '../../src/config.ts';
import { type Check, itPromises, type Mutation } from './checks.ts';
import { at, lastOf, list, ofType, one, SNAPSHOT, type Snapshot, text } from './snapshot.ts';

const SITES = 'Microsoft.Web/sites';
const PLANS = 'Microsoft.Web/serverfarms';
const PASSWORDS = 'Microsoft.Web/sites/basicPublishingCredentialsPolicies';
const NETWORKS = 'Microsoft.Network/virtualNetworks';
const IDENTITIES = 'Microsoft.ManagedIdentity/userAssignedIdentities';
const CONTAINERS = 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers';
const ROLES = ['api', 'jobs'] as const;

/** Settings that no function app reads, and who does. */
const NOT_OF_APPS: Readonly<Record<string, string>> = {
  LEYSERKIDS_DATA_DIR: 'the embedded stores',
  LEYSERKIDS_NOTICE_HOURS: "the operators' tool",
};

/** Settings of one role alone: what they name is out of the other's reach. */
const OF_ONE_ROLE: Readonly<Record<string, (typeof ROLES)[number]>> = {
  LEYSERKIDS_BACKUP_STORAGE: 'jobs',
  LEYSERKIDS_BACKUP_UNITS_PER_SECOND: 'jobs',
};

/** What an address is made of, in the snapshot: Azure alone knows it whole. */
const ADDRESSES: Readonly<Record<string, string>> = {
  LEYSERKIDS_DATA_ACCOUNT: '/leyserkids-data-',
  LEYSERKIDS_CONTROL_ACCOUNT: '/leyserkids-control-',
  LEYSERKIDS_TENANT_VAULT: '/lk-tenant-keys-',
  LEYSERKIDS_SERVICE_VAULT: '/lk-service-keys-',
  LEYSERKIDS_BACKUP_STORAGE: 'lkbackups',
  LEYSERKIDS_LOG_STORAGE: 'lklogarchive',
};

/** What the platform itself reads. */
const PLATFORM_SETTINGS = [
  'APPLICATION_INSIGHTS_NO_STATSBEAT',
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'AZURE_CLIENT_ID',
  'AzureWebJobsDisableHomepage',
  'AzureWebJobsStorage__blobServiceUri',
  'AzureWebJobsStorage__clientId',
  'AzureWebJobsStorage__credential',
];

const eachRoleRunsAsItsOwnIdentity: Check = (snapshot) => {
  expect(ofType(snapshot, SITES)).toHaveLength(ROLES.length);
  expect(ofType(snapshot, IDENTITIES)).toHaveLength(ROLES.length);
  for (const role of ROLES) {
    const app = one(snapshot, SITES, `-${role}-`);
    expect(at(app, 'identity.type')).toBe('UserAssigned');
    const [identity = '', ...more] = Object.keys(at(app, 'identity.userAssignedIdentities') as object);
    expect(more).toEqual([]);
    expect(lastOf(identity)).toBe(`leyserkids-${role}`);
    expect(at(app, 'properties.functionAppConfig.deployment.storage.authentication')).toEqual({
      type: 'UserAssignedIdentity',
      userAssignedIdentityResourceId: identity,
    });
    expect(at(app, 'properties.functionAppConfig.deployment.storage.value')).toContain(`'lk${role}host`);
  }
};

const appsRunNode24OnFlexConsumption: Check = (snapshot) => {
  for (const plan of ofType(snapshot, PLANS)) {
    expect(at(plan, 'sku')).toEqual({ tier: 'FlexConsumption', name: 'FC1' });
    expect(at(plan, 'properties.reserved')).toBe(true);
  }
  for (const app of ofType(snapshot, SITES)) {
    expect(at(app, 'kind')).toBe('functionapp,linux');
    expect(at(app, 'properties.functionAppConfig.runtime')).toEqual({ name: 'node', version: '24' });
    expect(lastOf(text(app, 'properties.serverFarmId'))).toBe(`${app.name}-plan`);
  }
};

const appsAreHardened: Check = (snapshot) => {
  for (const app of ofType(snapshot, SITES)) {
    expect(at(app, 'properties.httpsOnly')).toBe(true);
    expect(at(app, 'properties.sshEnabled')).toBe(false);
    expect(at(app, 'properties.functionsRuntimeAdminIsolationEnabled')).toBe(true);
    expect(at(app, 'properties.siteConfig')).toMatchObject({
      minTlsVersion: '1.2',
      scmMinTlsVersion: '1.2',
      ftpsState: 'Disabled',
      remoteDebuggingEnabled: false,
      http20Enabled: true,
      cors: { allowedOrigins: [], supportCredentials: false },
    });
    const passwords = ofType(snapshot, PASSWORDS).filter(({ name }) => name.startsWith(`${app.name}/`));
    expect(passwords.map(({ name }) => lastOf(name)).toSorted()).toEqual(['ftp', 'scm']);
    for (const password of passwords) expect(at(password, 'properties.allow')).toBe(false);
  }
};

const onlyTheApiFacesTheInternet: Check = (snapshot) => {
  const main = (role: string) => {
    const app = one(snapshot, SITES, `-${role}-`);
    expect(at(app, 'properties.siteConfig.ipSecurityRestrictions')).toEqual([]);
    return at(app, 'properties.siteConfig.ipSecurityRestrictionsDefaultAction');
  };
  expect(main('api')).toBe('Allow');
  expect(main('jobs')).toBe('Deny');
};

const packagesComeFromTheOperatorsNetworksOnly: Check = (snapshot) => {
  const control = one(snapshot, 'Microsoft.DocumentDB/databaseAccounts', '-control-');
  const networks = list(control, 'properties.ipRules').map((rule) => text(rule, 'ipAddressOrRange'));
  for (const app of ofType(snapshot, SITES)) {
    expect(at(app, 'properties.siteConfig.scmIpSecurityRestrictionsDefaultAction')).toBe('Deny');
    expect(at(app, 'properties.siteConfig.scmIpSecurityRestrictionsUseMain')).toBe(false);
    const rules = list(app, 'properties.siteConfig.scmIpSecurityRestrictions');
    for (const rule of rules) expect(at(rule, 'action')).toBe('Allow');
    const allowed = rules.map((rule) => text(rule, 'ipAddress').replace(/\/32$/, ''));
    expect(allowed).toEqual(networks);
  }
};

const appsCallOutThroughTheirOwnSubnetOnly: Check = (snapshot) => {
  const subnets = list(one(snapshot, NETWORKS, 'vnet'), 'properties.subnets');
  for (const role of ROLES) {
    const app = one(snapshot, SITES, `-${role}-`);
    expect(lastOf(text(app, 'properties.virtualNetworkSubnetId'))).toBe(role);
    expect(at(app, 'properties.outboundVnetRouting.allTraffic')).toBe(true);
    const subnet = subnets.find((candidate) => at(candidate, 'name') === role);
    expect(at(subnet, 'properties.delegations.0.properties.serviceName')).toBe('Microsoft.App/environments');
  }
};

const settingsAreThoseThatTheCodeReads: Check = (snapshot) => {
  const read = Object.values(SETTINGS)
    .map(({ name }) => name)
    .filter((name) => name.startsWith('LEYSERKIDS_') && NOT_OF_APPS[name] === undefined);
  for (const role of ROLES) {
    const given = settingsOf(snapshot, role);
    const ofRole = read.filter((name) => (OF_ONE_ROLE[name] ?? role) === role);
    expect(Object.keys(given).toSorted()).toEqual([...PLATFORM_SETTINGS, ...ofRole].toSorted());
    const own = Object.entries(given).filter(([name]) => name.startsWith('LEYSERKIDS_'));
    const known = own.map(([name, value]) => [name, ADDRESSES[name] === undefined ? value : 'https://name.example']);
    const config = readConfig(Object.fromEntries(known));
    expect(config).toMatchObject({ role, trustedProxies: 1, demo: 'off', undeclaredAnswers: 'report' });
    expect(config).toMatchObject({ stores: 'azure', erasureNoticeHours: 24, logRetentionDays: 400 });
    for (const [name, value] of own) expect(value).toContain(ADDRESSES[name] ?? '');
    const most = Number(
      at(one(snapshot, CONTAINERS, 'data/tenants'), 'properties.options.autoscaleSettings.maxThroughput'),
    );
    if (role === 'jobs') expect(config.backupUnitsPerSecond).toBeLessThanOrEqual(most / 10);
    expect(config.origin).toMatch(/^https:/);
  }
};

const noSettingIsASecret: Check = (snapshot) => {
  for (const role of ROLES) {
    const given = settingsOf(snapshot, role);
    expect(Object.keys(given)).not.toContain('AzureWebJobsStorage');
    expect(given['AzureWebJobsStorage__credential']).toBe('managedidentity');
    expect(given['APPLICATIONINSIGHTS_AUTHENTICATION_STRING']).toContain('Authorization=AAD');
    for (const value of Object.values(given)) expect(value).not.toMatch(/AccountKey|SharedAccess|listKeys|KeyVault\(/i);
  }
};

function settingsOf(snapshot: Snapshot, role: string): Record<string, string> {
  const settings = list(one(snapshot, SITES, `-${role}-`), 'properties.siteConfig.appSettings');
  return Object.fromEntries(settings.map((setting) => [text(setting, 'name'), text(setting, 'value')]));
}

describe('the function apps keep their promises:', () => {
  itPromises(
    [
      eachRoleRunsAsItsOwnIdentity,
      appsRunNode24OnFlexConsumption,
      appsAreHardened,
      onlyTheApiFacesTheInternet,
      packagesComeFromTheOperatorsNetworksOnly,
      appsCallOutThroughTheirOwnSubnetOnly,
      settingsAreThoseThatTheCodeReads,
      noSettingIsASecret,
    ],
    [
      ...apps('identity.type', 'SystemAssigned, UserAssigned', eachRoleRunsAsItsOwnIdentity),
      ...apps('identity.userAssignedIdentities', { '/leyserkids-other': {} }, eachRoleRunsAsItsOwnIdentity),
      ...apps(
        'properties.functionAppConfig.deployment.storage.authentication.type',
        'StorageAccountConnectionString',
        eachRoleRunsAsItsOwnIdentity,
      ),
      ...apps(
        'properties.functionAppConfig.deployment.storage.value',
        'https://lkother.example/packages',
        eachRoleRunsAsItsOwnIdentity,
      ),
      ...apps('properties.functionAppConfig.runtime.version', '20', appsRunNode24OnFlexConsumption),
      ...apps('properties.serverFarmId', '/shared-plan', appsRunNode24OnFlexConsumption),
      [PLANS, '-api-', 'sku.name', 'Y1', appsRunNode24OnFlexConsumption],
      ...apps('properties.httpsOnly', false, appsAreHardened),
      ...apps('properties.sshEnabled', undefined, appsAreHardened),
      ...apps('properties.functionsRuntimeAdminIsolationEnabled', undefined, appsAreHardened),
      ...apps('properties.siteConfig.minTlsVersion', '1.0', appsAreHardened),
      ...apps('properties.siteConfig.scmMinTlsVersion', undefined, appsAreHardened),
      ...apps('properties.siteConfig.ftpsState', 'AllAllowed', appsAreHardened),
      ...apps('properties.siteConfig.remoteDebuggingEnabled', true, appsAreHardened),
      ...apps('properties.siteConfig.http20Enabled', false, appsAreHardened),
      ...apps('properties.siteConfig.cors.allowedOrigins.0', '*', appsAreHardened),
      ...ofType(SNAPSHOT, PASSWORDS).flatMap(({ name }): Mutation[] => [
        [PASSWORDS, name, 'properties.allow', true, appsAreHardened],
        [PASSWORDS, name, '', undefined, appsAreHardened],
      ]),
      [
        SITES,
        '-jobs-',
        'properties.siteConfig.ipSecurityRestrictionsDefaultAction',
        'Allow',
        onlyTheApiFacesTheInternet,
      ],
      [
        SITES,
        '-jobs-',
        'properties.siteConfig.ipSecurityRestrictions.0',
        { ipAddress: '0.0.0.0/0', action: 'Allow' },
        onlyTheApiFacesTheInternet,
      ],
      ...apps(
        'properties.siteConfig.scmIpSecurityRestrictionsDefaultAction',
        'Allow',
        packagesComeFromTheOperatorsNetworksOnly,
      ),
      ...apps('properties.siteConfig.scmIpSecurityRestrictionsUseMain', true, packagesComeFromTheOperatorsNetworksOnly),
      ...apps(
        'properties.siteConfig.scmIpSecurityRestrictions.0.ipAddress',
        '0.0.0.0/0',
        packagesComeFromTheOperatorsNetworksOnly,
      ),
      ...apps('properties.virtualNetworkSubnetId', '/subnets/endpoints', appsCallOutThroughTheirOwnSubnetOnly),
      ...apps('properties.outboundVnetRouting.allTraffic', false, appsCallOutThroughTheirOwnSubnetOnly),
      [NETWORKS, 'vnet', 'properties.subnets.0.properties.delegations', [], appsCallOutThroughTheirOwnSubnetOnly],
      ...apps('properties.siteConfig.appSettings.0', undefined, settingsAreThoseThatTheCodeReads),
      ...Object.entries({
        LEYSERKIDS_ROLE: 'all',
        LEYSERKIDS_DEMO: 'on',
        LEYSERKIDS_ORIGIN: 'http://localhost:7071',
        LEYSERKIDS_TRUSTED_PROXIES: '0',
        LEYSERKIDS_STORES: 'embedded',
        LEYSERKIDS_ERASURE_NOTICE_HOURS: '23',
        LEYSERKIDS_LOG_RETENTION_DAYS: '183',
        LEYSERKIDS_BACKUP_UNITS_PER_SECOND: '4000',
        LEYSERKIDS_DATA_ACCOUNT: '/leyserkids-control-',
        LEYSERKIDS_TENANT_VAULT: '/lk-service-keys-',
        LEYSERKIDS_BACKUP_STORAGE: 'lklogarchive',
        LEYSERKIDS_LOG_STORAGE: 'lkbackups',
      }).flatMap(([name, value]) => setting(name, value, settingsAreThoseThatTheCodeReads)),
      ...another({ name: 'LEYSERKIDS_OTHER', value: 'x' }, settingsAreThoseThatTheCodeReads),
      ...another({ name: 'AzureWebJobsStorage', value: 'x' }, noSettingIsASecret),
      ...setting('AzureWebJobsStorage__credential', 'AccountKey=x', noSettingIsASecret),
      ...setting('APPLICATIONINSIGHTS_AUTHENTICATION_STRING', '', noSettingIsASecret),
    ],
  );
});

function apps(path: string, to: unknown, noticedBy: Check): Mutation[] {
  return ROLES.map((role): Mutation => [SITES, `-${role}-`, path, to, noticedBy]);
}

/** Gives each app that has it another value for one setting. */
function setting(name: string, value: string, noticedBy: Check): Mutation[] {
  return ROLES.flatMap((role): Mutation[] => {
    const position = Object.keys(settingsOf(SNAPSHOT, role)).indexOf(name);
    if (position < 0) return [];
    return [[SITES, `-${role}-`, `properties.siteConfig.appSettings.${position}.value`, value, noticedBy]];
  });
}

/** Gives each app one setting more. */
function another(added: object, noticedBy: Check): Mutation[] {
  return ROLES.map((role): Mutation => {
    const place = Object.keys(settingsOf(SNAPSHOT, role)).length;
    return [SITES, `-${role}-`, `properties.siteConfig.appSettings.${place}`, added, noticedBy];
  });
}
