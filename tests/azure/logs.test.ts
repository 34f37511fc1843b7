import { describe, expect } from 'vitest';
import { type Check, itPromises, type Mutation } from './checks.ts';
import { at, lastOf, list, ofType, one, SNAPSHOT, text } from './snapshot.ts';

const WORKSPACES = 'Microsoft.OperationalInsights/workspaces';
const TABLES = 'Microsoft.OperationalInsights/workspaces/tables';
const INSIGHTS = 'Microsoft.Insights/components';
const RULES = 'Microsoft.Insights/scheduledQueryRules';
const LOGS = 'Microsoft.Insights/diagnosticSettings';
const BUDGETS = 'Microsoft.Consumption/budgets';

/** Six months are 184 days at most; a look back after that needs more. */
const RETENTION = 270;

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
    (rule) => text(rule, 'properties.criteria.allOf.0.query').match(/\b(App|CDB|AZKV|Storage)[A-Z]\w+/g) ?? [],
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

describe('logs and costs keep their promises:', () => {
  itPromises(
    [systemLogsAreKeptForSixMonthsAndMore, telemetryTakesNoKeys, everyStoreTellsWhoUsedIt, costsAreWatched],
    [
      workspace('properties.retentionInDays', 30, systemLogsAreKeptForSixMonthsAndMore),
      workspace('properties.workspaceCapping.dailyQuotaGb', 1, systemLogsAreKeptForSixMonthsAndMore),
      ...ofType(SNAPSHOT, TABLES).map(
        ({ name }): Mutation => [
          TABLES,
          name,
          'properties.totalRetentionInDays',
          180,
          systemLogsAreKeptForSixMonthsAndMore,
        ],
      ),
      ...['AppEvents', 'AppRequests', 'CDBDataPlaneRequests', 'AZKVAuditLogs', 'StorageBlobLogs'].map(
        (name): Mutation => [TABLES, name, '', undefined, systemLogsAreKeptForSixMonthsAndMore],
      ),
      workspace('properties.features.disableLocalAuth', false, telemetryTakesNoKeys),
      [INSIGHTS, 'insights', 'properties.DisableLocalAuth', undefined, telemetryTakesNoKeys],
      [LOGS, 'leyserkids-activity-log', '', undefined, everyStoreTellsWhoUsedIt],
      [LOGS, 'leyserkids-activity-log', 'properties.logs.0.enabled', false, everyStoreTellsWhoUsedIt],
      [BUDGETS, 'monthly', 'properties.notifications.mostOfItSpent.contactEmails', [], costsAreWatched],
      [BUDGETS, 'monthly', '', undefined, costsAreWatched],
    ],
  );
});

function workspace(path: string, to: unknown, noticedBy: Check): Mutation {
  return [WORKSPACES, 'logs', path, to, noticedBy];
}
