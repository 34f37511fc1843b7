metadata description = 'Who may do what in which container of an account. Nobody else has any access: keys are off.'

@export()
@description('One row of the table of identities.')
type containerGrant = {
  @description('Who; part of stable names.')
  who: string

  @description('Object id of the identity or group.')
  principalId: string

  @description('The container.')
  container: string

  @description('What may be done with items, besides reading the account\'s metadata.')
  actions: ('create' | 'read' | 'replace' | 'delete' | 'query')[]
}

@description('Name of the account.')
param accountName string

@description('Name of its database.')
param databaseName string

@description('The rows for this account.')
param grants containerGrant[]

var items = 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items'

// `query` is what a query needs: execute it, and read the change feed, which the client asks for in queries across
// partitions.
var dataActions = {
  create: ['${items}/create']
  read: ['${items}/read']
  replace: ['${items}/replace']
  delete: ['${items}/delete']
  query: [
    'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/executeQuery'
    'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/readChangeFeed'
  ]
}

resource account 'Microsoft.DocumentDB/databaseAccounts@2025-10-15' existing = {
  name: accountName
}

// One after the other: the account takes one change of its roles at a time.
@batchSize(1)
resource roles 'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions@2025-10-15' = [
  for grant in grants: {
    parent: account
    name: guid(account.id, grant.who, grant.container)
    properties: {
      roleName: '${grant.who} in ${grant.container}'
      type: 'CustomRole'
      assignableScopes: ['${account.id}/dbs/${databaseName}/colls/${grant.container}']
      permissions: [
        {
          dataActions: concat(
            ['Microsoft.DocumentDB/databaseAccounts/readMetadata'],
            flatten(map(grant.actions, action => dataActions[action]))
          )
        }
      ]
    }
  }
]

@batchSize(1)
resource assignments 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2025-10-15' = [
  for (grant, i) in grants: {
    parent: account
    name: guid(account.id, grant.who, grant.container, 'assignment')
    properties: {
      roleDefinitionId: roles[i].id
      scope: '${account.id}/dbs/${databaseName}/colls/${grant.container}'
      principalId: grant.principalId
    }
  }
]
