metadata description = 'The containers of the control account: contracts, announcements, requests, and what the service did. No customer data.'

@description('Name of the account.')
param accountName string

@description('Name of its database, whose throughput they share.')
param databaseName string

var containers = [
  { name: 'contracts', partition: '/tenantId' }
  { name: 'announcements', partition: '/scope' }
  { name: 'requests', partition: '/tenantId' }
  { name: 'tenant-state', partition: '/tenantId' }
]

resource database 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2025-10-15' existing = {
  name: '${accountName}/${databaseName}'
}

resource all 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2025-10-15' = [
  for container in containers: {
    parent: database
    name: container.name
    properties: {
      resource: {
        id: container.name
        partitionKey: {
          kind: 'Hash'
          version: 2
          paths: [container.partition]
        }
        // Only what is queried, as the queries of the service are written; a test compares both.
        indexingPolicy: {
          indexingMode: 'consistent'
          automatic: true
          includedPaths: [{ path: '${container.partition}/?' }, { path: '/key/?' }, { path: '/dueAt/?' }]
          excludedPaths: [{ path: '/*' }]
          compositeIndexes: [
            [
              { path: container.partition, order: 'ascending' }
              { path: '/key', order: 'ascending' }
            ]
            [
              { path: '/_ts', order: 'ascending' }
              { path: container.partition, order: 'ascending' }
              { path: '/key', order: 'ascending' }
            ]
            [
              { path: '/key', order: 'ascending' }
              { path: '/dueAt', order: 'ascending' }
              { path: container.partition, order: 'ascending' }
            ]
          ]
        }
      }
    }
  }
]
