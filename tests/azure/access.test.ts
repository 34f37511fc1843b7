import { describe, expect } from 'vitest';
import { type Check, itPromises, type Mutation } from './checks.ts';
import { lastOf, list, ofType, one, type Resource, SNAPSHOT, type Snapshot, text } from './snapshot.ts';

const SQL_ROLES = 'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions';
const SQL_ASSIGNMENTS = 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments';
const ROLES = 'Microsoft.Authorization/roleDefinitions';
const ASSIGNMENTS = 'Microsoft.Authorization/roleAssignments';

/** The end of names that must be unique in all of Azure. */
const ENDING = new RegExp(
  `-?${one(SNAPSHOT, 'Microsoft.DocumentDB/databaseAccounts', '-data-').name.split('-').at(-1)}(?=/|$)`,
);

/** What the platform's built-in roles are called; everything else is a role of this deployment. */
const BUILT_IN = new Map([
  ['b7e6dc6d-f1e8-4753-8033-0f276bb0955b', 'Storage Blob Data Owner'],
  ['3913510d-42f4-4e42-8a64-420c390055eb', 'Monitoring Metrics Publisher'],
]);

/** The table of identities, a line per place: who, where, what. Nothing that is not here may be done by anybody. */
const TABLE = [
  'api | data tenants | create delete executeQuery read readChangeFeed readMetadata replace',
  'jobs | data tenants | create delete executeQuery read readChangeFeed readMetadata replace',
  'api | control contracts | executeQuery read readChangeFeed readMetadata',
  'api | control announcements | executeQuery read readChangeFeed readMetadata',
  'api | control requests | create executeQuery read readChangeFeed readMetadata replace',
  'api | control tenant-state | executeQuery read readChangeFeed readMetadata',
  'jobs | control contracts | executeQuery read readChangeFeed readMetadata',
  'jobs | control announcements | executeQuery read readChangeFeed readMetadata',
  'jobs | control requests | delete executeQuery read readChangeFeed readMetadata',
  'jobs | control tenant-state | create delete executeQuery read readChangeFeed readMetadata replace',
  'operators | control contracts | create executeQuery read readChangeFeed readMetadata replace',
  'operators | control announcements | create executeQuery read readChangeFeed readMetadata',
  'operators | control tenant-state | executeQuery read readChangeFeed readMetadata',
  'api | lk-tenant-keys | getSecret',
  'jobs | lk-tenant-keys | delete getSecret purge readMetadata setSecret',
  'api | lk-service-keys | getSecret',
  'jobs | lk-service-keys | getSecret setSecret',
  'api | lkbackups generations | read',
  'api | lkbackups uploads | add read',
  'jobs | lkbackups generations | add delete read write',
  'jobs | lkbackups uploads | add delete read write',
  'api | lklogarchive digests | read',
  'jobs | lklogarchive digests | add delete read',
  'api | lkapihost | Storage Blob Data Owner',
  'jobs | lkjobshost | Storage Blob Data Owner',
  'api | leyserkids-insights | Monitoring Metrics Publisher',
  'jobs | leyserkids-insights | Monitoring Metrics Publisher',
];

const everybodyMayDoWhatTheTableSaysAndNoMore: Check = (snapshot) => {
  const lines = [
    ...ofType(snapshot, SQL_ASSIGNMENTS).map((assignment) => sqlLine(snapshot, assignment)),
    ...ofType(snapshot, ASSIGNMENTS).map((assignment) => line(snapshot, assignment)),
  ];
  expect(lines.toSorted()).toEqual(TABLE.toSorted());
};

const noPersonHasARoleOnCustomerData: Check = (snapshot) => {
  for (const { id, properties } of [...ofType(snapshot, SQL_ASSIGNMENTS), ...ofType(snapshot, ASSIGNMENTS)]) {
    if (who(properties) === 'operators') expect(id).toContain('/databaseAccounts/leyserkids-control-');
  }
};

const noRoleKeepsAKeyBeyondItsEnd: Check = (snapshot) => {
  for (const action of ofType(snapshot, ROLES).flatMap(dataActions)) {
    expect(action).not.toMatch(/secrets\/(backup|restore|recover)|\*/i);
  }
};

const noRoleReachesThePlatformsOwnControls: Check = (snapshot) => {
  for (const role of ofType(snapshot, ROLES)) {
    for (const permission of list(role, 'properties.permissions')) expect(list(permission, 'actions')).toEqual([]);
    expect(list(role, 'properties.assignableScopes')).toEqual([expect.stringMatching(/\/resourceGroups\/rg$/)]);
  }
};

const sqlRolesEndAtTheirContainer: Check = (snapshot) => {
  for (const role of ofType(snapshot, SQL_ROLES)) {
    for (const scope of list(role, 'properties.assignableScopes'))
      expect(scope).toMatch(/\/dbs\/[a-z]+\/colls\/[a-z-]+$/);
    for (const action of dataActions(role)) expect(action).not.toContain('*');
  }
};

describe('access keeps its promises:', () => {
  const api = nameOf('api | data tenants');
  const contracts = nameOf('operators | control contracts');
  const person = '22222222-2222-4222-8222-222222222222';
  const readSecrets = roleOf('api | lk-tenant-keys');
  const reading = roleOf('api | control contracts');

  itPromises(
    [
      everybodyMayDoWhatTheTableSaysAndNoMore,
      noPersonHasARoleOnCustomerData,
      noRoleKeepsAKeyBeyondItsEnd,
      noRoleReachesThePlatformsOwnControls,
      sqlRolesEndAtTheirContainer,
    ],
    [
      ...['api | data tenants', 'jobs | control requests', 'operators | control tenant-state'].map(
        (line): Mutation => [SQL_ASSIGNMENTS, nameOf(line), '', undefined, everybodyMayDoWhatTheTableSaysAndNoMore],
      ),
      ...['api | lk-service-keys', 'api | lklogarchive digests', 'jobs | lklogarchive digests', 'api | lkapihost'].map(
        (line): Mutation => [
          ASSIGNMENTS,
          nameOf(line),
          'properties.principalId',
          person,
          everybodyMayDoWhatTheTableSaysAndNoMore,
        ],
      ),
      [
        SQL_ASSIGNMENTS,
        contracts,
        'properties.scope',
        '/databaseAccounts/leyserkids-control-x/dbs/control/colls/requests',
        everybodyMayDoWhatTheTableSaysAndNoMore,
      ],
      [
        SQL_ASSIGNMENTS,
        contracts,
        'properties.scope',
        '/databaseAccounts/leyserkids-control-x',
        everybodyMayDoWhatTheTableSaysAndNoMore,
      ],
      [
        SQL_ROLES,
        reading,
        'properties.permissions.0.dataActions.9',
        'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/delete',
        everybodyMayDoWhatTheTableSaysAndNoMore,
      ],
      [SQL_ASSIGNMENTS, api, 'properties.principalId', person, noPersonHasARoleOnCustomerData],
      ...['api | lk-tenant-keys', 'jobs | lkbackups generations'].map(
        (line): Mutation => [
          ASSIGNMENTS,
          nameOf(line),
          'properties.principalId',
          person,
          noPersonHasARoleOnCustomerData,
        ],
      ),
      ...['backup/action', 'restore/action', 'recover/action', '*'].map(
        (action): Mutation => [
          ROLES,
          readSecrets,
          'properties.permissions.0.dataActions.0',
          `Microsoft.KeyVault/vaults/secrets/${action}`,
          noRoleKeepsAKeyBeyondItsEnd,
        ],
      ),
      [
        ROLES,
        readSecrets,
        'properties.permissions.0.actions.0',
        'Microsoft.Storage/storageAccounts/listKeys/action',
        noRoleReachesThePlatformsOwnControls,
      ],
      [
        ROLES,
        readSecrets,
        'properties.assignableScopes.0',
        '/subscriptions/00000000-0000-0000-0000-000000000000',
        noRoleReachesThePlatformsOwnControls,
      ],
      [
        SQL_ROLES,
        reading,
        'properties.assignableScopes.0',
        '/databaseAccounts/leyserkids-control-x/dbs/control',
        sqlRolesEndAtTheirContainer,
      ],
      [
        SQL_ROLES,
        reading,
        'properties.permissions.0.dataActions.1',
        'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/*',
        sqlRolesEndAtTheirContainer,
      ],
    ],
  );
});

/** The assignment behind a line of the table, known by its beginning. */
function assignmentOf(begins: string): Resource {
  const isIt = (line: string) => line.startsWith(`${begins} |`);
  const found =
    ofType(SNAPSHOT, SQL_ASSIGNMENTS).find((assignment) => isIt(sqlLine(SNAPSHOT, assignment))) ??
    ofType(SNAPSHOT, ASSIGNMENTS).find((assignment) => isIt(line(SNAPSHOT, assignment)));
  if (found === undefined) throw new Error(`nothing is assigned as ${begins}`);
  return found;
}

function nameOf(begins: string): string {
  return lastOf(assignmentOf(begins).name);
}

function roleOf(begins: string): string {
  return lastOf(text(assignmentOf(begins), 'properties.roleDefinitionId'));
}

function sqlLine(snapshot: Snapshot, assignment: Resource): string {
  const scope = text(assignment, 'properties.scope');
  const [, account = '', container = ''] =
    /databaseAccounts\/leyserkids-(\w+)-\w+\/dbs\/\1\/colls\/([a-z-]+)$/.exec(scope) ?? [];
  const role = one(snapshot, SQL_ROLES, lastOf(text(assignment, 'properties.roleDefinitionId')));
  return [who(assignment.properties), `${account} ${container}`, actionWords(role)].join(' | ');
}

function line(snapshot: Snapshot, assignment: Resource): string {
  const [scope = ''] = assignment.id.split('/providers/Microsoft.Authorization/');
  const [store, container] = scope.replace(ENDING, '').split('/blobServices/default/containers/').map(lastOf);
  const name = lastOf(text(assignment, 'properties.roleDefinitionId'));
  const may = BUILT_IN.get(name) ?? actionWords(one(snapshot, ROLES, name));
  return [who(assignment.properties), `${store} ${container ?? ''}`.trim(), may].join(' | ');
}

/** Identities of the apps by their resource, any other principal is people. */
function who(properties: unknown): string {
  const principal = text(properties, 'principalId');
  return /userAssignedIdentities\/leyserkids-(api|jobs)'.*\)\.principalId\]$/.exec(principal)?.[1] ?? 'operators';
}

function dataActions(role: Resource): readonly string[] {
  return list(role, 'properties.permissions').flatMap((permission) => list(permission, 'dataActions') as string[]);
}

/** The last words of the data actions: `.../secrets/getSecret/action` is `getSecret`. */
function actionWords(role: Resource): string {
  return dataActions(role)
    .map((action) => lastOf(action.replace(/\/action$/, '')))
    .toSorted()
    .join(' ');
}
