metadata description = 'The container of all tenants\' items. It is never dropped to erase something: a dropped container leaves snapshots.'

@description('Name of the account.')
param accountName string

@description('Name of its database.')
param databaseName string

@description('Request units per second at most; a tenth of it is always paid.')
param maxThroughput int

resource database 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2025-10-15' existing = {
  name: '${accountName}/${databaseName}'
}

// Only what is queried, as the queries of the service are written; a test compares both. Sealed text is never indexed.
var indexedPaths = [
  '/tenantId/?'
  '/kind/?'
  '/key/?'
  '/facility/?'
  '/class/?'
  '/day/?'
  '/at/?'
  '/expiresAt/?'
  '/clear/facility/?'
  '/clear/actor/?'
  '/clear/action/?'
  '/clear/targets/[]/?'
]
var compositeIndexes = [
  ['/kind', '/key']
  ['/kind', '/facility', '/key']
  ['/kind', '/day', '/key']
  ['/kind', '/facility', '/day', '/key']
  ['/kind', '/at', '/key']
  ['/kind', '/_ts', '/key']
]

resource tenants 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2025-10-15' = {
  parent: database
  name: 'tenants'
  properties: {
    resource: {
      id: 'tenants'
      // Promise 2.15: tenants are kept apart in the database.
      partitionKey: {
        kind: 'Hash'
        version: 2
        paths: ['/tenantId']
      }
      // Items that carry a time to live are tidied up; the rest stays.
      defaultTtl: -1
      indexingPolicy: {
        indexingMode: 'consistent'
        automatic: true
        includedPaths: [for path in indexedPaths: { path: path }]
        excludedPaths: [{ path: '/*' }]
        compositeIndexes: map(compositeIndexes, paths => map(paths, path => { path: path, order: 'ascending' }))
      }
    }
    options: {
      autoscaleSettings: {
        maxThroughput: maxThroughput
      }
    }
  }
}
