metadata description = 'What people are told of at once. Names of events are those that the code writes; a test compares them.'

@description('Azure region of the rules.')
param location string

@description('Beginning of every resource name.')
param prefix string

@description('The workspace that the rules query.')
param workspaceId string

@description('The group of people who are told.')
param actionGroupId string

@description('Object id of the api\'s identity.')
param apiPrincipalId string

@description('Object id of the jobs\' identity.')
param jobsPrincipalId string

@description('Resource id of the Cosmos DB account that holds customers\' data.')
param dataAccountId string

@description('Storage accounts of backups and of the log archive.')
param sealedStorageNames string[]

@description('Storage accounts from which the apps load their packages.')
param hostStorageNames string[]

// Overdue work of these jobs has a rule of its own; that of every other job, whatever it is called, falls to the third.
var backupJob = 'run-backups'
var erasureJob = 'erase-ended-tenants'

var overdue = 'AppEvents | where Name == "job-overdue" | extend job = tostring(Properties.job)'

var identities = '"${apiPrincipalId}", "${jobsPrincipalId}"'

// Logs arrive minutes after they were written. A rule about single events therefore asks for what has arrived since it last
// looked, and reaches back an hour for what was late: each event is told, and told once.
var justArrived = 'where ingestion_time() > ago(5m)'

var rules ruleOfLogs[] = [
  {
    name: 'sign-in-storm'
    // Ours: a nursery's whole staff mistyping at once stays far below.
    description: 'More than 300 refused sign-ins in 15 minutes (promises 2.3, 2.13): somebody may be guessing passwords.'
    severity: 2
    every: 'PT5M'
    window: 'PT15M'
    lasts: true
    query: 'AppRequests | where Url matches regex "/api/auth/(login|register|recover)" and ResultCode in ("401", "429") | summarize refused = sum(ItemCount) | where refused > 300'
  }
  {
    name: 'backup-missing'
    description: 'A tenant\'s daily backup is not there (promise 2.11).'
    severity: 1
    every: 'PT15M'
    window: 'PT30M'
    lasts: true
    query: '${overdue} | where job == "${backupJob}"'
  }
  {
    name: 'erasure-overdue'
    description: 'A tenant whose contract has ended is not erased in time (promise 2.8).'
    severity: 0
    every: 'PT5M'
    window: 'PT10M'
    lasts: true
    query: '${overdue} | where job == "${erasureJob}"'
  }
  {
    name: 'work-overdue'
    description: 'A job found work past its time.'
    severity: 2
    every: 'PT15M'
    window: 'PT30M'
    lasts: true
    query: '${overdue} | where job !in ("${backupJob}", "${erasureJob}")'
    by: 'job'
  }
  {
    name: 'job-failing'
    description: 'A job has failed more than five times within an hour.'
    severity: 2
    every: 'PT15M'
    window: 'PT1H'
    lasts: true
    query: 'AppEvents | where Name == "job-failed" | summarize failures = count() by job = tostring(Properties.job) | where failures > 5'
    by: 'job'
  }
  {
    name: 'heartbeat-missing'
    // The platform is known to freeze all timers of an app after a deployment while HTTP works. A job is late when it has
    // been silent for three times its own usual pause; one that runs daily, before its last run leaves the two days.
    description: 'A job, or every job, has stopped running: backups, erasures and log keeping stand still.'
    severity: 0
    every: 'PT15M'
    window: 'P2D'
    lasts: true
    query: 'let runs = AppEvents | where Name in ("job-done", "job-failed") | extend job = tostring(Properties.job); union (runs | summarize times = count(), first = min(TimeGenerated), last = max(TimeGenerated) by job | extend pause = iff(times > 1, (last - first) / (times - 1), 1d) | where now() - last > 3 * pause + 10m or now() - last > 46h | project job), (runs | summarize last = max(TimeGenerated) | where isnull(last) or now() - last > 15m | project job = "every job")'
    by: 'job'
  }
  {
    name: 'raised-by-service'
    // By its mark and not by name, so that an alert of a new version is heard before anybody deploys this again.
    description: 'The service asks for a person; the name says why.'
    severity: 1
    every: 'PT5M'
    window: 'PT1H'
    lasts: false
    query: 'AppEvents | ${justArrived} | where tostring(Properties.alert) == "true" | project Name'
    by: 'Name'
  }
  {
    name: 'foreign-data-access'
    description: 'Somebody else than the service reached for customers\' data (promise 2.7).'
    severity: 0
    every: 'PT5M'
    window: 'PT1H'
    lasts: false
    query: 'CDBDataPlaneRequests | ${justArrived} | where _ResourceId =~ "${dataAccountId}" | where AadPrincipalId !in~ (${identities})'
  }
  {
    name: 'foreign-blob-access'
    description: 'Somebody else than the service reached for backups or the log archive (promises 2.7, 2.13).'
    severity: 0
    every: 'PT5M'
    window: 'PT1H'
    lasts: false
    query: 'StorageBlobLogs | ${justArrived} | where AccountName in ("${join(sealedStorageNames, '", "')}") | where RequesterObjectId !in~ (${identities})'
  }
  {
    name: 'foreign-key-access'
    description: 'Somebody else than the service reached for keys (promise 2.7). Withdrawing a signing key shows here too.'
    severity: 0
    every: 'PT5M'
    window: 'PT1H'
    lasts: false
    query: 'AZKVAuditLogs | ${justArrived} | where OperationName startswith "Secret" | where not(tostring(Identity) has_any (${identities}))'
  }
  {
    name: 'secret-kept-or-destroyed'
    // A backup of a key outlives its purge, and refused attempts count too.
    description: 'A key was backed up, restored or recovered, or purged by another than the jobs (promise 2.8).'
    severity: 0
    every: 'PT5M'
    window: 'PT1H'
    lasts: false
    query: 'AZKVAuditLogs | ${justArrived} | where OperationName in ("SecretBackup", "SecretRestore", "SecretRecover") or (OperationName == "SecretPurge" and tostring(Identity) !has "${jobsPrincipalId}")'
  }
  {
    name: 'code-deployed'
    description: 'A package was deployed; two people must know of it (promises 2.5, 2.16).'
    severity: 3
    every: 'PT5M'
    window: 'PT1H'
    lasts: false
    query: 'StorageBlobLogs | ${justArrived} | where AccountName in ("${join(hostStorageNames, '", "')}") and ObjectKey contains "/packages/"'
  }
]

@description('A rule that is broken when its query finds something.')
type ruleOfLogs = {
  @description('Stable name.')
  name: string

  @description('What people read.')
  description: string

  @description('0 critical to 4 verbose.')
  severity: int

  @description('How often it looks, as ISO 8601 duration.')
  every: string

  @description('How far back it looks, as ISO 8601 duration.')
  window: string

  @description('Whether what it finds lasts: then people are told once, and again when it is over.')
  lasts: bool

  @description('Whatever it finds raises the alert.')
  query: string

  @description('Column whose values are told apart: one alert each.')
  by: string?
}

resource logRules 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for rule in rules: {
    name: '${prefix}-${rule.name}'
    location: location
    kind: 'LogAlert'
    properties: {
      displayName: 'LeySerKids: ${rule.name}'
      description: rule.description
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: rule.every
      windowSize: rule.window
      // A table has no columns before its first row, so on the first day queries could not be checked.
      skipQueryValidation: true
      autoMitigate: rule.lasts
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            dimensions: rule.?by == null ? [] : [{ name: rule.?by!, operator: 'Include', values: ['*'] }]
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: [actionGroupId]
      }
    }
  }
]

// What only the activity log tells. The whole subscription is watched: a role given there reaches into this group.
var watchedOperations = {
  'roles-changed': {
    description: 'Roles were given, taken or redefined (promises 2.5, 2.7).'
    operations: [
      'Microsoft.Authorization/roleAssignments/write'
      'Microsoft.Authorization/roleAssignments/delete'
      'Microsoft.Authorization/roleDefinitions/write'
      'Microsoft.Authorization/roleDefinitions/delete'
      'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments/write'
      'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments/delete'
      'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions/write'
      'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions/delete'
    ]
  }
  'service-changed': {
    description: 'An app or the use of an identity was changed: whoever does that can become the service (promise 2.5).'
    operations: [
      'Microsoft.Web/sites/write'
      'Microsoft.Web/sites/config/write'
      'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action'
    ]
  }
}

resource activityRules 'Microsoft.Insights/activityLogAlerts@2026-01-01' = [
  for rule in items(watchedOperations): {
    name: '${prefix}-${rule.key}'
    location: 'global'
    properties: {
      description: rule.value.description
      enabled: true
      scopes: [subscription().id]
      condition: {
        allOf: [
          {
            field: 'category'
            equals: 'Administrative'
          }
          {
            anyOf: [for operation in rule.value.operations: { field: 'operationName', equals: operation }]
          }
        ]
      }
      actions: {
        actionGroups: [
          {
            actionGroupId: actionGroupId
          }
        ]
      }
    }
  }
]
