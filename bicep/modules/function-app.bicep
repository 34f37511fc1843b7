metadata description = 'One function app on Flex Consumption, with the storage account that its host needs.'

@description('Azure region of the app.')
param location string

@description('Name of the app; its address begins with it.')
param name string

@description('Name of the storage account of its host.')
param hostStorageName string

@description('Resource id of the identity it acts as.')
param identityId string

@description('Object id of that identity.')
param identityPrincipalId string

@description('Client id of that identity.')
param identityClientId string

@description('Subnet from which it calls stores and vaults.')
param subnetId string

@description('Whether the internet reaches the main site. The deployment site is for the operators\' networks either way.')
param open bool

@description('Addresses or CIDR ranges from which a package may be deployed.')
@minLength(1)
param deployFrom string[]

@description('Instances at most.')
@minValue(40)
param maximumInstances int

@description('Instances that stand ready for HTTP at all times.')
param readyInstances int

@description('Settings of the service: LEYSERKIDS_*.')
param settings { *: string }

@description('Where telemetry is sent.')
param insightsConnectionString string

@description('Application Insights, for the role that lets the app send telemetry.')
param insightsName string

@description('Where audit logs go.')
param workspaceId string

@description('Subnet of the private endpoints.')
param endpointsSubnetId string

@description('Private DNS zone of Blob Storage.')
param blobZoneId string

var packages = 'packages'
var blobEndpoint = 'https://${hostStorageName}.blob.${environment().suffixes.storage}/'

// Built-in roles that the platform asks for: the host keeps leases and keys in its own account and loads its package
// from there; Application Insights takes telemetry of this role only.
var storageBlobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
var monitoringMetricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'

// An account per app: who writes into an app's package becomes that app, so neither reaches the other's.
module hostStorage 'storage-account.bicep' = {
  name: hostStorageName
  params: {
    location: location
    name: hostStorageName
    sku: 'Standard_ZRS'
    // Nothing is kept that is overwritten: the host renews its leases and marks many times a minute.
    recoverableDays: 0
    containerNames: [packages]
    logCategories: ['StorageWrite', 'StorageDelete']
    workspaceId: workspaceId
    endpointsSubnetId: endpointsSubnetId
    zoneId: blobZoneId
  }
}

resource hostAccount 'Microsoft.Storage/storageAccounts@2025-08-01' existing = {
  name: hostStorageName
}

resource hostAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: hostAccount
  name: guid(hostAccount.id, name, storageBlobDataOwner)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageBlobDataOwner)
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
  }
  dependsOn: [hostStorage]
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource telemetryAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, name, monitoringMetricsPublisher)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', monitoringMetricsPublisher)
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: '${name}-plan'
  location: location
  kind: 'functionapp'
  sku: {
    tier: 'FlexConsumption'
    name: 'FC1'
  }
  properties: {
    reserved: true
  }
}

var platformSettings = {
  // The host's own storage by identity: no plain AzureWebJobsStorage, which would be a key.
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  AzureWebJobsStorage__blobServiceUri: blobEndpoint
  // The console's files are served at the root.
  AzureWebJobsDisableHomepage: 'true'
  // The telemetry library would send statistics about itself to its maker.
  APPLICATION_INSIGHTS_NO_STATSBEAT: 'true'
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  // Which of the app's identities the client libraries take.
  AZURE_CLIENT_ID: identityClientId
}

var deployRules = [
  for (range, i) in deployFrom: {
    name: 'operators-${i + 1}'
    ipAddress: contains(range, '/') ? range : '${range}/32'
    action: 'Allow'
    priority: 100 + i
  }
]

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: subnetId
    outboundVnetRouting: {
      allTraffic: true
    }
    sshEnabled: false
    // Documented for sites but missing in the types: nobody reaches /admin, not even with the host's master key.
    #disable-next-line BCP037
    functionsRuntimeAdminIsolationEnabled: true
    functionAppConfig: {
      runtime: {
        name: 'node'
        version: '24'
      }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${blobEndpoint}${packages}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: maximumInstances
        alwaysReady: readyInstances == 0 ? [] : [{ name: 'http', instanceCount: readyInstances }]
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      remoteDebuggingEnabled: false
      http20Enabled: true
      webSocketsEnabled: false
      cors: {
        allowedOrigins: []
        supportCredentials: false
      }
      ipSecurityRestrictions: []
      ipSecurityRestrictionsDefaultAction: open ? 'Allow' : 'Deny'
      scmIpSecurityRestrictions: deployRules
      scmIpSecurityRestrictionsDefaultAction: 'Deny'
      scmIpSecurityRestrictionsUseMain: false
      appSettings: map(items(union(platformSettings, settings)), setting => {
        name: setting.key
        value: setting.value
      })
    }
  }

  // Packages are deployed with an Entra token; there are no publishing passwords.
  resource noFtpPassword 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }

  resource noDeployPassword 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }

  // The host answers before its package can be loaded only when it may read it.
  dependsOn: [hostAccess]
}

@description('The app\'s own address.')
output hostName string = app.properties.defaultHostName
