import { globSync, readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { type Check, itPromises, type Mutation } from './checks.ts';
import { at, lastOf, list, ofType, one, type Resource, SNAPSHOT, text } from './snapshot.ts';

const WORKSPACES = 'Microsoft.OperationalInsights/workspaces';
const TABLES = 'Microsoft.OperationalInsights/workspaces/tables';
const INSIGHTS = 'Microsoft.Insights/components';
const RULES = 'Microsoft.Insights/scheduledQueryRules';
const ACTIVITY_RULES = 'Microsoft.Insights/activityLogAlerts';
const GROUPS = 'Microsoft.Insights/actionGroups';
const LOGS = 'Microsoft.Insights/diagnosticSettings';
const BUDGETS = 'Microsoft.Consumption/budgets';

/** Six months are 184 days at most; a look back after that needs more. */
const RETENTION = 270;

/** What people must be told of, and a word that its query cannot do without. */
const WATCHED: Readonly<Record<string, string>> = {
  'sign-in-storm': 'AppRequests',
  'backup-missing': '"run-backups"',
  'erasure-overdue': '"erase-ended-tenants"',
  'work-overdue': '"job-overdue"',
  'job-failing': '"job-failed"',
  'heartbeat-missing': '"job-done"',
  'raised-by-service': '"tenant-key-missing"',
  'foreign-data-access': 'AadPrincipalId !in',
  'foreign-blob-access': 'RequesterObjectId !in',
  'foreign-key-access': 'not(tostring(Identity)',
  'secret-kept-or-destroyed': '"SecretBackup", "SecretRestore"',
  'code-deployed': '/packages/',
};

const SOURCE = new URL('../../src/', import.meta.url);
const CODE = globSync('**/*.ts', { cwd: SOURCE }).map((file) => readFileSync(new URL(file, SOURCE), 'utf8'));

const systemLogsAreKeptForSixMonthsAndMore: Check = (snapshot) => {
  const workspace = one(snapshot, WORKSPACES, 'logs');
  expect(at(workspace, 'properties.retentionInDays')).toBeGreaterThanOrEqual(RETENTION);
  expect(at(workspace, 'properties.workspaceCapping.dailyQuotaGb')).toBe(-1);
  expect(at(workspace, 'properties.features.immediatePurgeDataOn30Days')).toBe(false);
  for (const table of ofType(snapshot, TABLES)) {
    expect(at(table, 'properties.totalRetentionInDays'), table.name).toBeGreaterThanOrEqual(RETENTION);
    expect(at(table, 'properties.plan')).toBe('Analytics');
  }
  const tables = ofType(snapshot, TABLES).map(({ name }) => lastOf(name));
  const queried = ofType(snapshot, RULES).flatMap(
    (rule) => query(rule).match(/\b(App|CDB|AZKV|Storage)[A-Z]\w+/g) ?? [],
  );
  expect(tables).toEqual(expect.arrayContaining(queried.filter((word) => /s$/.test(word))));
};

const telemetryTakesNoKeys: Check = (snapshot) => {
  expect(at(one(snapshot, WORKSPACES, 'logs'), 'properties.features.disableLocalAuth')).toBe(true);
  const insights = one(snapshot, INSIGHTS, 'insights');
  expect(at(insights, 'properties.DisableLocalAuth')).toBe(true);
  expect(at(insights, 'properties.WorkspaceResourceId')).toBe(one(snapshot, WORKSPACES, 'logs').id);
};

const everyStoreTellsWhoUsedIt: Check = (snapshot) => {
  const workspace = one(snapshot, WORKSPACES, 'logs').id;
  const told = (part: string) => {
    const [setting, ...more] = ofType(snapshot, LOGS).filter(({ id }) => id.includes(part));
    expect(more, part).toEqual([]);
    expect(at(setting, 'properties.workspaceId')).toBe(workspace);
    return list(setting, 'properties.logs')
      .filter((log) => at(log, 'enabled') === true)
      .map((log) => at(log, 'category'));
  };
  for (const account of ['data', 'control']) {
    expect(told(`/leyserkids-${account}-`)).toEqual(['DataPlaneRequests', 'ControlPlaneRequests']);
  }
  for (const vault of ['tenant', 'service']) expect(told(`/lk-${vault}-keys-`)).toEqual(['AuditEvent']);
  for (const account of ['backups', 'logarchive']) {
    expect(told(`/lk${account}`)).toEqual(['StorageRead', 'StorageWrite', 'StorageDelete']);
  }
  for (const account of ['apihost', 'jobshost'])
    expect(told(`/lk${account}`)).toEqual(['StorageWrite', 'StorageDelete']);
  expect(told('/leyserkids-activity-log')).toContain('Administrative');
  // Without it rows go to a table that no query here reads.
  const dedicated = ofType(snapshot, LOGS).filter(({ id }) => !id.includes('activity-log'));
  for (const setting of dedicated) expect(at(setting, 'properties.logAnalyticsDestinationType')).toBe('Dedicated');
};

const whatMustBeKnownIsWatched: Check = (snapshot) => {
  const found = ofType(snapshot, RULES).map(({ name }) => name.replace('leyserkids-', ''));
  expect(found.toSorted()).toEqual(Object.keys(WATCHED).toSorted());
  for (const rule of ofType(snapshot, RULES)) {
    expect(query(rule)).toContain(WATCHED[rule.name.replace('leyserkids-', '')]);
    const [condition] = list(rule, 'properties.criteria.allOf');
    expect(condition).toMatchObject({ timeAggregation: 'Count', operator: 'GreaterThan', threshold: 0 });
    expect(at(rule, 'properties.scopes')).toEqual([one(snapshot, WORKSPACES, 'logs').id]);
  }
};

const strangersAreAllButTheTwoIdentities: Check = (snapshot) => {
  for (const name of ['foreign-data-access', 'foreign-blob-access', 'foreign-key-access']) {
    const words = text(one(snapshot, RULES, name), 'properties.criteria.allOf.0.query');
    const principals = words.match(/userAssignedIdentities\/[a-z-]+', '[\d-]+'\)\.principalId/g) ?? [];
    expect(principals.map((principal) => /leyserkids-(\w+)/.exec(principal)?.[1])).toEqual(['api', 'jobs']);
  }
  expect(query(one(snapshot, RULES, 'foreign-data-access'))).toMatch(/databaseAccounts\/leyserkids-data-/);
  expect(query(one(snapshot, RULES, 'foreign-blob-access'))).toMatch(/lkbackups\w+", "lklogarchive\w+/);
  expect(query(one(snapshot, RULES, 'code-deployed'))).toMatch(/lkapihost\w+", "lkjobshost\w+/);
};

const changesOfRolesAreWatched: Check = (snapshot) => {
  const watched = (name: string) => {
    const rule = one(snapshot, ACTIVITY_RULES, name);
    expect(at(rule, 'properties.enabled')).toBe(true);
    // A role given to the whole subscription reaches into the group.
    expect(at(rule, 'properties.scopes')).toEqual(['/subscriptions/00000000-0000-0000-0000-000000000000']);
    return list(rule, 'properties.condition.allOf.1.anyOf').map((condition) => at(condition, 'equals'));
  };
  const roles = watched('roles-changed');
  for (const kind of ['Authorization/role', 'DocumentDB/databaseAccounts/sqlRole']) {
    for (const change of ['Assignments/write', 'Assignments/delete', 'Definitions/write', 'Definitions/delete']) {
      expect(roles).toContain(`Microsoft.${kind}${change}`);
    }
  }
  expect(watched('service-changed')).toContain('Microsoft.ManagedIdentity/userAssignedIdentities/assign/action');
};

const everyAlertReachesPeople: Check = (snapshot) => {
  const people = one(snapshot, GROUPS, 'people');
  expect(at(people, 'properties.enabled')).toBe(true);
  expect(list(people, 'properties.emailReceivers')).not.toEqual([]);
  for (const rule of ofType(snapshot, RULES)) {
    expect(at(rule, 'properties.enabled'), rule.name).toBe(true);
    expect(at(rule, 'properties.actions.actionGroups')).toEqual([people.id]);
  }
  for (const rule of ofType(snapshot, ACTIVITY_RULES)) {
    expect(at(rule, 'properties.actions.actionGroups')).toEqual([{ actionGroupId: people.id }]);
  }
};

const queriesNameEventsThatTheCodeWrites: Check = (snapshot) => {
  const written = new Set(namesGivenTo('event|alert'));
  const named = ofType(snapshot, RULES).flatMap(eventNames);
  expect(named.filter((name) => !written.has(name))).toEqual([]);
};

const everyAlertOfTheCodeIsHeard: Check = (snapshot) => {
  const heard = eventNames(one(snapshot, RULES, 'raised-by-service'));
  const remedy = 'list the alert under raisedByCode in bicep/modules/alerts.bicep, then run bicep/snapshot overwrite';
  expect(heard.toSorted(), remedy).toEqual([...new Set(namesGivenTo('alert'))].toSorted());
};

const costsAreWatched: Check = (snapshot) => {
  const budget = one(snapshot, BUDGETS, 'monthly');
  expect(at(budget, 'properties.timeGrain')).toBe('Monthly');
  const kinds = Object.values(at(budget, 'properties.notifications') as object).map((notification) => {
    expect(at(notification, 'enabled')).toBe(true);
    expect(list(notification, 'contactEmails')).not.toEqual([]);
    return at(notification, 'thresholdType');
  });
  expect(kinds.toSorted()).toEqual(['Actual', 'Forecasted']);
};

function query(rule: Resource): string {
  return text(rule, 'properties.criteria.allOf.0.query');
}

/** Names that a query compares an event's name with. */
function eventNames(rule: Resource): readonly string[] {
  const comparisons = query(rule).match(/\bName (?:== |in \()(?:"[^"]+"(?:, )?)+/g) ?? [];
  return comparisons.flatMap((comparison) => [...comparison.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name));
}

/** Words that the code hands to a method of telemetry as its first argument. */
function namesGivenTo(method: string): readonly string[] {
  const call = new RegExp(`[tT]elemetry\\s*\\.(?:${method})\\(([^,)]*)`, 'g');
  return CODE.flatMap((code) => [...code.matchAll(call)]).flatMap(([, argument = '']) =>
    [...argument.matchAll(/'([a-z][a-z-]+)'/g)].map(([, name = '']) => name),
  );
}

describe('watching keeps its promises:', () => {
  itPromises(
    [
      systemLogsAreKeptForSixMonthsAndMore,
      telemetryTakesNoKeys,
      everyStoreTellsWhoUsedIt,
      whatMustBeKnownIsWatched,
      strangersAreAllButTheTwoIdentities,
      changesOfRolesAreWatched,
      everyAlertReachesPeople,
      queriesNameEventsThatTheCodeWrites,
      everyAlertOfTheCodeIsHeard,
      costsAreWatched,
    ],
    [
      workspace('properties.retentionInDays', 30, systemLogsAreKeptForSixMonthsAndMore),
      workspace('properties.workspaceCapping.dailyQuotaGb', 1, systemLogsAreKeptForSixMonthsAndMore),
      ...ofType(SNAPSHOT, TABLES).map(({ name }) => [
        TABLES,
        name,
        'properties.totalRetentionInDays',
        180,
        systemLogsAreKeptForSixMonthsAndMore,
      ]),
      ...['AppEvents', 'AppRequests', 'CDBDataPlaneRequests', 'AZKVAuditLogs', 'StorageBlobLogs'].map((name) => [
        TABLES,
        name,
        '',
        undefined,
        systemLogsAreKeptForSixMonthsAndMore,
      ]),
      workspace('properties.features.disableLocalAuth', false, telemetryTakesNoKeys),
      [INSIGHTS, 'insights', 'properties.DisableLocalAuth', undefined, telemetryTakesNoKeys],
      [LOGS, 'leyserkids-activity-log', '', undefined, everyStoreTellsWhoUsedIt],
      [LOGS, 'leyserkids-activity-log', 'properties.logs.0.enabled', false, everyStoreTellsWhoUsedIt],
      ...ofType(SNAPSHOT, RULES).flatMap(({ name }): Mutation[] => [
        [RULES, name, '', undefined, whatMustBeKnownIsWatched],
        [RULES, name, 'properties.criteria.allOf.0.query', 'AppEvents | take 0', whatMustBeKnownIsWatched],
        [RULES, name, 'properties.criteria.allOf.0.threshold', 1000, whatMustBeKnownIsWatched],
        [RULES, name, 'properties.enabled', false, everyAlertReachesPeople],
        [RULES, name, 'properties.actions.actionGroups', [], everyAlertReachesPeople],
      ]),
      ...['foreign-data-access', 'foreign-blob-access', 'foreign-key-access'].map((name) => [
        RULES,
        name,
        'properties.criteria.allOf.0.query',
        `x !in (userAssignedIdentities/leyserkids-api', '1').principalId`,
        strangersAreAllButTheTwoIdentities,
      ]),
      [ACTIVITY_RULES, 'roles-changed', 'properties.condition.allOf.1.anyOf.4', undefined, changesOfRolesAreWatched],
      [
        ACTIVITY_RULES,
        'roles-changed',
        'properties.scopes.0',
        '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg',
        changesOfRolesAreWatched,
      ],
      [ACTIVITY_RULES, 'service-changed', '', undefined, changesOfRolesAreWatched],
      [ACTIVITY_RULES, 'roles-changed', 'properties.actions.actionGroups', [], everyAlertReachesPeople],
      [GROUPS, 'people', 'properties.emailReceivers', [], everyAlertReachesPeople],
      [
        RULES,
        'erasure-overdue',
        'properties.criteria.allOf.0.query',
        'AppEvents | where Name == "job-is-overdue"',
        queriesNameEventsThatTheCodeWrites,
      ],
      [
        RULES,
        'raised-by-service',
        'properties.criteria.allOf.0.query',
        'AppEvents | where Name in ("contract-vanished", "no-such-alert")',
        queriesNameEventsThatTheCodeWrites,
      ],
      [
        RULES,
        'raised-by-service',
        'properties.criteria.allOf.0.query',
        'AppEvents | where Name in ("contract-vanished")',
        everyAlertOfTheCodeIsHeard,
      ],
      [BUDGETS, 'monthly', 'properties.notifications.mostOfItSpent.contactEmails', [], costsAreWatched],
      [BUDGETS, 'monthly', '', undefined, costsAreWatched],
    ],
  );
});

function workspace(path: string, to: unknown, noticedBy: Check): Mutation {
  return [WORKSPACES, 'logs', path, to, noticedBy];
}
