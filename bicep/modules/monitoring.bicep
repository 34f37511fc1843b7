metadata description = 'Where telemetry, audit logs of the platform and alerts go.'

@description('Azure region of the workspace.')
param location string

@description('Beginning of every resource name.')
param prefix string

@description('Name of Application Insights.')
param insightsName string

@description('Who is told of alerts.')
@minLength(1)
param alertEmails string[]

// Promise 2.13: system logs are kept at least six months (184 days). 270 leaves room to look back after half a year.
var totalRetentionDays = 270

// Days during which a log can be queried at once; older ones are searched in the archive of the workspace.
var interactiveRetentionDays = 90

// Every table that something here writes to. A table that appears later keeps the workspace's own, longer default.
var tableNames = [
  'AZKVAuditLogs'
  'AppAvailabilityResults'
  'AppBrowserTimings'
  'AppDependencies'
  'AppEvents'
  'AppExceptions'
  'AppMetrics'
  'AppPageViews'
  'AppPerformanceCounters'
  'AppRequests'
  'AppSystemEvents'
  'AppTraces'
  'AzureActivity'
  'CDBControlPlaneRequests'
  'CDBDataPlaneRequests'
  'StorageBlobLogs'
]

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: '${prefix}-logs'
  location: location
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: totalRetentionDays
    features: {
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
      immediatePurgeDataOn30Days: false
    }
    // No daily cap: it would drop audit logs for the rest of the day. The budget warns instead.
    workspaceCapping: {
      dailyQuotaGb: -1
    }
    publicNetworkAccessForIngestion: 'Enabled'
    publicNetworkAccessForQuery: 'Enabled'
  }
}

// One after the other: the workspace refuses changes of several tables at once.
@batchSize(1)
resource tables 'Microsoft.OperationalInsights/workspaces/tables@2025-02-01' = [
  for name in tableNames: {
    parent: workspace
    name: name
    properties: {
      plan: 'Analytics'
      retentionInDays: interactiveRetentionDays
      totalRetentionInDays: totalRetentionDays
    }
  }
]

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    DisableLocalAuth: true
    // The client's address stands in audit events, where the tenant sees it; telemetry does not need it.
    DisableIpMasking: false
  }
}

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: '${prefix}-people'
  location: 'global'
  properties: {
    groupShortName: 'leyserkids'
    enabled: true
    emailReceivers: [
      for (email, i) in alertEmails: {
        name: 'person-${i + 1}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

@description('The Log Analytics workspace.')
output workspaceId string = workspace.id

@description('Where telemetry is sent; no secret, because local authentication is off.')
output connectionString string = insights.properties.ConnectionString

@description('The group of people who are told of alerts.')
output actionGroupId string = actionGroup.id
