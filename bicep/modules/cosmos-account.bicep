metadata description = 'A Cosmos DB account with its one database. Containers stand in modules of their own.'

@description('Azure region of the account: the only one that holds the live data.')
param location string

@description('Name of the account.')
param name string

@description('Name of the database.')
param databaseName string

@description('Addresses or CIDR ranges from which people may reach the account. Empty: private endpoint only.')
param openTo string[]

@description('Request units per second that all containers share at most; 0 when each container has its own.')
param sharedThroughput int

@description('Where the account\'s audit logs go.')
param workspaceId string

@description('Subnet of the private endpoints.')
param endpointsSubnetId string

@description('Private DNS zone of Cosmos DB.')
param zoneId string

resource account 'Microsoft.DocumentDB/databaseAccounts@2025-10-15' = {
  name: name
  location: location
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    // "The very next request" is refused on every instance (promise 2.4), and the gate of a tenant stands or not for all.
    consistencyPolicy: {
      defaultConsistencyLevel: 'Strong'
    }
    enableMultipleWriteLocations: false
    enableAutomaticFailover: false
    // Promise 2.6: one region in Japan, in three zones. A second region would make each write wait for both.
    locations: [
      {
        locationName: location
        failoverPriority: 0
        isZoneRedundant: true
      }
    ]
    // Exception to common rules, promise 2.8: not continuous backup. It offers self-service restore of deleted items and
    // cannot be left again. Periodic with the least that the platform takes; what such a snapshot holds is sealed, and
    // unreadable once the tenant's key is destroyed. Geo: a copy in the paired region, which for both is the other one in
    // Japan, so that the loss of a region is not the end.
    backupPolicy: {
      type: 'Periodic'
      periodicModeProperties: {
        backupIntervalInMinutes: 240
        backupRetentionIntervalInHours: 8
        backupStorageRedundancy: 'Geo'
      }
    }
    disableLocalAuth: true
    disableKeyBasedMetadataWriteAccess: true
    minimalTlsVersion: 'Tls12'
    publicNetworkAccess: empty(openTo) ? 'Disabled' : 'Enabled'
    ipRules: [for range in openTo: { ipAddressOrRange: range }]
    isVirtualNetworkFilterEnabled: false
    networkAclBypass: 'None'
    cors: []
    enableAnalyticalStorage: false
    enableFreeTier: false
  }

  resource database 'sqlDatabases' = {
    name: databaseName
    properties: {
      resource: {
        id: databaseName
      }
      options: sharedThroughput == 0 ? {} : { autoscaleSettings: { maxThroughput: sharedThroughput } }
    }
  }
}

// This version writes to a table per category, which the queries of alerts name.
resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: account
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    logAnalyticsDestinationType: 'Dedicated'
    logs: [
      {
        category: 'DataPlaneRequests'
        enabled: true
      }
      {
        category: 'ControlPlaneRequests'
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
    service: 'Sql'
  }
}

@description('The account.')
output id string = account.id

@description('Where clients reach the account.')
output endpoint string = account.properties.documentEndpoint
