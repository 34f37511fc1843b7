import { globSync, readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { ALERT_MARK } from '../../src/ports/telemetry.ts';
import { type Check, itPromises, type Mutation } from './checks.ts';
import { at, list, ofType, one, type Resource, SNAPSHOT, text } from './snapshot.ts';

const WORKSPACES = 'Microsoft.OperationalInsights/workspaces';
const RULES = 'Microsoft.Insights/scheduledQueryRules';
const ACTIVITY_RULES = 'Microsoft.Insights/activityLogAlerts';
const GROUPS = 'Microsoft.Insights/actionGroups';

/** What people must be told of, and a word that its query cannot do without. */
const WATCHED: Readonly<Record<string, string>> = {
  'sign-in-storm': 'AppRequests',
  'backup-missing': '"run-backups"',
  'erasure-overdue': '"erase-ended-tenants"',
  'work-overdue': '"job-overdue"',
  'job-failing': '"job-failed"',
  'heartbeat-missing': '"job-done"',
  'raised-by-service': 'project Name',
  'foreign-data-access': 'AadPrincipalId !in',
  'foreign-blob-access': 'RequesterObjectId !in',
  'foreign-key-access': 'not(tostring(Identity)',
  'secret-kept-or-destroyed': '"SecretBackup", "SecretRestore"',
  'code-deployed': '/packages/',
};

const SOURCE = new URL('../../src/', import.meta.url);
const CODE = globSync('**/*.ts', { cwd: SOURCE }).map((file) => readFileSync(new URL(file, SOURCE), 'utf8'));

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

const noEventIsMissedOrToldTwice: Check = (snapshot) => {
  for (const rule of ofType(snapshot, RULES)) {
    const single = query(rule).includes('where ingestion_time() > ago(5m)');
    expect(at(rule, 'properties.autoMitigate'), rule.name).toBe(!single);
    if (single) expect(rule.properties).toMatchObject({ evaluationFrequency: 'PT5M', windowSize: 'PT1H' });
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

const everyAlertIsHeardWhateverItsName: Check = (snapshot) => {
  const marked = `where tostring(Properties.${ALERT_MARK}) == "true"`;
  const arrived = 'where ingestion_time() > ago(5m)';
  expect(query(one(snapshot, RULES, 'raised-by-service'))).toBe(`AppEvents | ${arrived} | ${marked} | project Name`);
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

describe('alerts keep their promises:', () => {
  itPromises(
    [
      whatMustBeKnownIsWatched,
      noEventIsMissedOrToldTwice,
      strangersAreAllButTheTwoIdentities,
      changesOfRolesAreWatched,
      everyAlertReachesPeople,
      queriesNameEventsThatTheCodeWrites,
      everyAlertIsHeardWhateverItsName,
    ],
    [
      ...ofType(SNAPSHOT, RULES).flatMap(({ name }): Mutation[] => [
        [RULES, name, '', undefined, whatMustBeKnownIsWatched],
        [RULES, name, 'properties.criteria.allOf.0.query', 'AppEvents | take 0', whatMustBeKnownIsWatched],
        [RULES, name, 'properties.criteria.allOf.0.threshold', 1000, whatMustBeKnownIsWatched],
        [RULES, name, 'properties.autoMitigate', null, noEventIsMissedOrToldTwice],
        [RULES, name, 'properties.enabled', false, everyAlertReachesPeople],
        [RULES, name, 'properties.actions.actionGroups', [], everyAlertReachesPeople],
      ]),
      ...['foreign-data-access', 'foreign-blob-access', 'foreign-key-access'].map(
        (name): Mutation => [
          RULES,
          name,
          'properties.criteria.allOf.0.query',
          `x !in (userAssignedIdentities/leyserkids-api', '1').principalId`,
          strangersAreAllButTheTwoIdentities,
        ],
      ),
      [ACTIVITY_RULES, 'roles-changed', 'properties.condition.allOf.1.anyOf.4', undefined, changesOfRolesAreWatched],
      [
        ACTIVITY_RULES,
        'roles-changed',
        'properties.scopes.0',
        '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg',
        changesOfRolesAreWatched,
      ],
      [RULES, 'code-deployed', 'properties.evaluationFrequency', 'PT15M', noEventIsMissedOrToldTwice],
      [RULES, 'code-deployed', 'properties.windowSize', 'PT5M', noEventIsMissedOrToldTwice],
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
        everyAlertIsHeardWhateverItsName,
      ],
    ],
  );
});
