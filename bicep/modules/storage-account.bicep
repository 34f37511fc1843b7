metadata description = 'A Blob Storage account without keys, reached through a private address only.'

@description('Azure region of the account.')
param location string

@description('Name of the account.')
@maxLength(24)
param name string

@description('ZRS: three zones of one region in Japan. GRS: a copy in the paired region too, which is in Japan as well.')
@allowed(['Standard_ZRS', 'Standard_GRS'])
param sku string

@description('Days for which deleted blobs and containers can be brought back; 0 keeps nothing.')
param recoverableDays int

@description('Names of the containers.')
param containerNames string[]

@description('Categories of the audit log: StorageRead, StorageWrite, StorageDelete.')
param logCategories string[]

@description('What people see on the account.')
param tags { *: string } = {}

@description('Where the account\'s audit logs go.')
param workspaceId string

@description('Subnet of the private endpoints.')
param endpointsSubnetId string

@description('Private DNS zone of Blob Storage.')
param zoneId string

var recoverable = recoverableDays > 0
var deletePolicy = recoverable ? { enabled: true, days: recoverableDays } : { enabled: false }

resource account 'Microsoft.Storage/storageAccounts@2025-08-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: sku
  }
  properties: {
    accessTier: 'Hot'
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowedCopyScope: 'AAD'
    defaultToOAuthAuthentication: true
    isHnsEnabled: false
    isLocalUserEnabled: false
    isSftpEnabled: false
    publicNetworkAccess: 'Disabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: 'Deny'
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      isVersioningEnabled: false
      changeFeed: {
        enabled: false
      }
      restorePolicy: {
        enabled: false
      }
      deleteRetentionPolicy: deletePolicy
      containerDeleteRetentionPolicy: deletePolicy
    }

    resource containers 'containers' = [
      for containerName in containerNames: {
        name: containerName
        properties: {
          publicAccess: 'None'
        }
      }
    ]
  }
}

// This version writes to a table per category, which the queries of alerts name.
resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: account::blobs
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    logAnalyticsDestinationType: 'Dedicated'
    logs: [
      for category in logCategories: {
        category: category
        enabled: true
      }
    ]
  }
}

module endpoint 'private-endpoint.bicep' = {
  name: '${name}-endpoint'
  params: {
    location: location
    name: '${name}-endpoint'
    subnetId: endpointsSubnetId
    zoneId: zoneId
    targetId: account.id
    service: 'blob'
  }
}
