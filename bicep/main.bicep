metadata description = 'Everything that LeySerKids runs on in Azure, in one resource group. Deploying it again changes nothing.'

@description('Azure region of everything. Promise 2.6: data and backups stay in Japan.')
@allowed(['japaneast', 'japanwest'])
param location string = 'japaneast'

@description('Beginning of resource names: lower-case letters and digits.')
@minLength(2)
@maxLength(10)
param prefix string = 'leyserkids'

@description('End of names that must be unique in all of Azure.')
@minLength(3)
@maxLength(8)
param suffix string = take(uniqueString(resourceGroup().id), 8)

@description('Origin of the console in browsers; the api\'s own address unless a domain of one\'s own is bound to it.')
param origin string = 'https://${prefix}-api-${suffix}.azurewebsites.net'

@description('Addresses or CIDR ranges from which operators work and packages are deployed.')
@minLength(1)
param operatorNetworks string[]

@description('Object id of the Entra group of the operators.')
@minLength(36)
@maxLength(36)
param operatorsGroupId string

@description('Who is told of alerts and of the budget.')
@minLength(1)
param alertEmails string[]

@description('Request units per second at most of the customers\' container.')
@minValue(1000)
param dataThroughput int = 4000

@description('Instances of the api at most.')
@minValue(40)
param apiMaximumInstances int = 40

@description('Instances of the api that stand ready at all times.')
@minValue(0)
param apiReadyInstances int = 1

@description('Whether the write-once policy of the log archive has been locked, after which the platform takes no change of it.')
param archivePolicyLocked bool = false

@description('Money per month, in the currency of the subscription, that should be enough.')
@minValue(1)
param monthlyBudget int

@description('First day of the month in which the budget begins, as YYYY-MM-01; it stays as it was at the first deployment.')
@minLength(10)
@maxLength(10)
param budgetStart string

// Names are worked out here, not taken from what was deployed, so that a preview shows every resource.
var names = {
  insights: '${prefix}-insights'
  dataAccount: '${prefix}-data-${suffix}'
  controlAccount: '${prefix}-control-${suffix}'
  tenantKeys: 'lk-tenant-keys-${suffix}'
  serviceKeys: 'lk-service-keys-${suffix}'
  apiHost: 'lkapihost${suffix}'
  jobsHost: 'lkjobshost${suffix}'
  backups: 'lkbackups${suffix}'
  archive: 'lklogarchive${suffix}'
}

// Promise 2.13: six months are 184 days at most.
var archiveDays = 184

module locationPolicy 'modules/location-policy.bicep' = {
  name: 'location-policy'
}

module network 'modules/network.bicep' = {
  name: 'network'
  params: {
    location: location
    prefix: prefix
  }
}

module privateNames 'modules/private-names.bicep' = {
  name: 'private-names'
  params: {
    networkId: network.outputs.id
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    location: location
    prefix: prefix
    insightsName: names.insights
    alertEmails: alertEmails
  }
}

resource apiIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${prefix}-api'
  location: location
}

resource jobsIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${prefix}-jobs'
  location: location
}

// Who the rows of the table of identities below speak of. Nobody else has a role on a store.
var ids = {
  api: apiIdentity.properties.principalId
  jobs: jobsIdentity.properties.principalId
  operators: operatorsGroupId
}

// Customers' data and what operators write are two accounts: operators have no network path and no role to the first.

module data 'modules/cosmos-account.bicep' = {
  name: 'data'
  params: {
    location: location
    name: names.dataAccount
    databaseName: 'data'
    openTo: []
    sharedThroughput: 0
    workspaceId: monitoring.outputs.workspaceId
    endpointsSubnetId: network.outputs.endpointsSubnetId
    zoneId: privateNames.outputs.cosmosZoneId
  }
}

module dataContainer 'modules/data-container.bicep' = {
  name: 'data-container'
  params: {
    accountName: names.dataAccount
    databaseName: 'data'
    maxThroughput: dataThroughput
  }
  dependsOn: [data]
}

module dataAccess 'modules/cosmos-access.bicep' = {
  name: 'data-access'
  params: {
    accountName: names.dataAccount
    databaseName: 'data'
    grants: [
      {
        who: 'api'
        principalId: ids.api
        container: 'tenants'
        actions: ['create', 'read', 'replace', 'delete', 'query']
      }
      {
        who: 'jobs'
        principalId: ids.jobs
        container: 'tenants'
        actions: ['create', 'read', 'replace', 'delete', 'query']
      }
    ]
  }
  dependsOn: [dataContainer]
}

module control 'modules/cosmos-account.bicep' = {
  name: 'control'
  params: {
    location: location
    name: names.controlAccount
    databaseName: 'control'
    openTo: operatorNetworks
    sharedThroughput: 1000
    workspaceId: monitoring.outputs.workspaceId
    endpointsSubnetId: network.outputs.endpointsSubnetId
    zoneId: privateNames.outputs.cosmosZoneId
  }
}

module controlContainers 'modules/control-containers.bicep' = {
  name: 'control-containers'
  params: {
    accountName: names.controlAccount
    databaseName: 'control'
  }
  dependsOn: [control]
}

module controlAccess 'modules/cosmos-access.bicep' = {
  name: 'control-access'
  params: {
    accountName: names.controlAccount
    databaseName: 'control'
    grants: [
      { who: 'api', principalId: ids.api, container: 'contracts', actions: ['read', 'query'] }
      { who: 'api', principalId: ids.api, container: 'announcements', actions: ['read', 'query'] }
      { who: 'api', principalId: ids.api, container: 'requests', actions: ['create', 'read', 'replace', 'query'] }
      { who: 'api', principalId: ids.api, container: 'tenant-state', actions: ['read', 'query'] }
      { who: 'jobs', principalId: ids.jobs, container: 'contracts', actions: ['read', 'query'] }
      { who: 'jobs', principalId: ids.jobs, container: 'announcements', actions: ['read', 'query'] }
      { who: 'jobs', principalId: ids.jobs, container: 'requests', actions: ['read', 'delete', 'query'] }
      {
        who: 'jobs'
        principalId: ids.jobs
        container: 'tenant-state'
        actions: ['create', 'read', 'replace', 'delete', 'query']
      }
      // Nobody deletes a contract or an announcement, and an announcement is never rewritten.
      {
        who: 'operators'
        principalId: ids.operators
        container: 'contracts'
        actions: ['create', 'read', 'replace', 'query']
      }
      { who: 'operators', principalId: ids.operators, container: 'announcements', actions: ['create', 'read', 'query'] }
      { who: 'operators', principalId: ids.operators, container: 'tenant-state', actions: ['read', 'query'] }
    ]
  }
  dependsOn: [controlContainers]
}

module customRoles 'modules/custom-roles.bicep' = {
  name: 'custom-roles'
  params: {
    prefix: '${prefix}-${suffix}'
  }
}

module tenantKeys 'modules/vault.bicep' = {
  name: 'tenant-keys'
  params: {
    location: location
    name: names.tenantKeys
    purgeAtOnce: true
    openTo: []
    workspaceId: monitoring.outputs.workspaceId
    endpointsSubnetId: network.outputs.endpointsSubnetId
    zoneId: privateNames.outputs.vaultZoneId
  }
}

module tenantKeysAccess 'modules/vault-access.bicep' = {
  name: 'tenant-keys-access'
  params: {
    vaultName: names.tenantKeys
    grants: [
      { who: 'api', principalId: ids.api, role: 'readSecrets' }
      { who: 'jobs', principalId: ids.jobs, role: 'ownTenantKeys' }
    ]
  }
  dependsOn: [customRoles, tenantKeys]
}

// Reachable from the operators' networks, so that a signing key can be withdrawn within minutes; the role for that is
// given by approval of a second person and for hours only, never here.
module serviceKeys 'modules/vault.bicep' = {
  name: 'service-keys'
  params: {
    location: location
    name: names.serviceKeys
    purgeAtOnce: false
    openTo: operatorNetworks
    workspaceId: monitoring.outputs.workspaceId
    endpointsSubnetId: network.outputs.endpointsSubnetId
    zoneId: privateNames.outputs.vaultZoneId
  }
}

module serviceKeysAccess 'modules/vault-access.bicep' = {
  name: 'service-keys-access'
  params: {
    vaultName: names.serviceKeys
    grants: [
      { who: 'api', principalId: ids.api, role: 'readSecrets' }
      { who: 'jobs', principalId: ids.jobs, role: 'keepSecrets' }
    ]
  }
  dependsOn: [customRoles, serviceKeys]
}

// Backups and the log archive are protected in opposite ways. Exception to common rules for the first, promise 2.8: no
// soft delete, no versions, no write-once policy, because they would keep what must vanish at a contract's end.
module backups 'modules/storage-account.bicep' = {
  name: 'backups'
  params: {
    location: location
    name: names.backups
    sku: 'Standard_GRS'
    recoverableDays: 0
    containerNames: ['generations', 'uploads']
    logCategories: ['StorageRead', 'StorageWrite', 'StorageDelete']
    workspaceId: monitoring.outputs.workspaceId
    endpointsSubnetId: network.outputs.endpointsSubnetId
    zoneId: privateNames.outputs.blobZoneId
  }
}

module backupsAccess 'modules/container-access.bicep' = {
  name: 'backups-access'
  params: {
    accountName: names.backups
    grants: [
      { who: 'api', principalId: ids.api, container: 'generations', role: 'readBlobs' }
      { who: 'api', principalId: ids.api, container: 'uploads', role: 'createBlobs' }
      { who: 'jobs', principalId: ids.jobs, container: 'generations', role: 'keepBlobs' }
      { who: 'jobs', principalId: ids.jobs, container: 'uploads', role: 'keepBlobs' }
    ]
  }
  dependsOn: [customRoles, backups]
}

// The log archive holds no customer content and must stand, whoever asks for its removal (promise 2.13).
module archive 'modules/storage-account.bicep' = {
  name: 'archive'
  params: {
    location: location
    name: names.archive
    sku: 'Standard_GRS'
    recoverableDays: 30
    containerNames: ['digests']
    tags: {
      'write-once': archivePolicyLocked ? 'locked' : 'not locked yet'
    }
    logCategories: ['StorageRead', 'StorageWrite', 'StorageDelete']
    workspaceId: monitoring.outputs.workspaceId
    endpointsSubnetId: network.outputs.endpointsSubnetId
    zoneId: privateNames.outputs.blobZoneId
  }
}

module archivePolicy 'modules/log-archive-policy.bicep' = if (!archivePolicyLocked) {
  name: 'archive-policy'
  params: {
    accountName: names.archive
    containerName: 'digests'
    days: archiveDays
  }
  dependsOn: [archive]
}

module archiveAccess 'modules/container-access.bicep' = {
  name: 'archive-access'
  params: {
    accountName: names.archive
    grants: [
      // A tenant takes out its own log; nobody but the jobs adds to it.
      { who: 'api', principalId: ids.api, container: 'digests', role: 'readBlobs' }
      { who: 'jobs', principalId: ids.jobs, container: 'digests', role: 'archiveBlobs' }
    ]
  }
  dependsOn: [customRoles, archive]
}

var settings = {
  LEYSERKIDS_ORIGIN: origin
  // The platform's front end is the one proxy before the service; it appends the client's address.
  LEYSERKIDS_TRUSTED_PROXIES: '1'
  LEYSERKIDS_UNDECLARED_ANSWERS: 'report'
  LEYSERKIDS_DEMO: 'off'
  LEYSERKIDS_LOG_RETENTION_DAYS: '400'
  LEYSERKIDS_ERASURE_NOTICE_HOURS: '24'
  LEYSERKIDS_STORES: 'azure'
  LEYSERKIDS_DATA_ACCOUNT: data.outputs.endpoint
  LEYSERKIDS_CONTROL_ACCOUNT: control.outputs.endpoint
  LEYSERKIDS_TENANT_VAULT: tenantKeys.outputs.uri
  LEYSERKIDS_SERVICE_VAULT: serviceKeys.outputs.uri
  LEYSERKIDS_LOG_STORAGE: 'https://${names.archive}.blob.${environment().suffixes.storage}'
}

// Backups are out of the API's reach.
var settingsOfJobs = {
  LEYSERKIDS_ROLE: 'jobs'
  // The tenth that is paid in any case.
  LEYSERKIDS_BACKUP_UNITS_PER_SECOND: string(dataThroughput / 10)
  LEYSERKIDS_BACKUP_STORAGE: 'https://${names.backups}.blob.${environment().suffixes.storage}'
}

module api 'modules/function-app.bicep' = {
  name: 'api'
  params: {
    location: location
    name: '${prefix}-api-${suffix}'
    hostStorageName: names.apiHost
    identityId: apiIdentity.id
    identityPrincipalId: ids.api
    identityClientId: apiIdentity.properties.clientId
    subnetId: network.outputs.apiSubnetId
    open: true
    deployFrom: operatorNetworks
    maximumInstances: apiMaximumInstances
    readyInstances: apiReadyInstances
    settings: union(settings, { LEYSERKIDS_ROLE: 'api' })
    insightsName: names.insights
    insightsConnectionString: monitoring.outputs.connectionString
    workspaceId: monitoring.outputs.workspaceId
    endpointsSubnetId: network.outputs.endpointsSubnetId
    blobZoneId: privateNames.outputs.blobZoneId
  }
}

module jobs 'modules/function-app.bicep' = {
  name: 'jobs'
  params: {
    location: location
    name: '${prefix}-jobs-${suffix}'
    hostStorageName: names.jobsHost
    identityId: jobsIdentity.id
    identityPrincipalId: ids.jobs
    identityClientId: jobsIdentity.properties.clientId
    subnetId: network.outputs.jobsSubnetId
    open: false
    deployFrom: operatorNetworks
    maximumInstances: 40
    readyInstances: 0
    settings: union(settings, settingsOfJobs)
    insightsName: names.insights
    insightsConnectionString: monitoring.outputs.connectionString
    workspaceId: monitoring.outputs.workspaceId
    endpointsSubnetId: network.outputs.endpointsSubnetId
    blobZoneId: privateNames.outputs.blobZoneId
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  params: {
    location: location
    prefix: prefix
    workspaceId: monitoring.outputs.workspaceId
    actionGroupId: monitoring.outputs.actionGroupId
    apiPrincipalId: ids.api
    jobsPrincipalId: ids.jobs
    dataAccountId: data.outputs.id
    sealedStorageNames: [names.backups, names.archive]
    hostStorageNames: [names.apiHost, names.jobsHost]
  }
}

module budget 'modules/budget.bicep' = {
  name: 'budget'
  params: {
    prefix: prefix
    amount: monthlyBudget
    start: budgetStart
    emails: alertEmails
  }
}

// The one thing outside the resource group: the activity log belongs to the subscription.
module activityLog 'modules/activity-log.bicep' = {
  name: '${prefix}-activity-log'
  scope: subscription()
  params: {
    name: '${prefix}-activity-log'
    workspaceId: monitoring.outputs.workspaceId
  }
}

@description('Addresses: of both apps, of the control account for the operators\' tool, and of the vault of signing keys.')
output addresses { api: string, jobs: string, control: string, serviceKeys: string } = {
  api: api.outputs.hostName
  jobs: jobs.outputs.hostName
  control: control.outputs.endpoint
  serviceKeys: serviceKeys.outputs.uri
}
