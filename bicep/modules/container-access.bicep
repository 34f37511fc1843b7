metadata description = 'Who may do what with the blobs of one container.'

@export()
@description('One row of the table of identities.')
type blobGrant = {
  @description('Who; part of stable names.')
  who: string

  @description('Object id of the identity.')
  principalId: string

  @description('The container.')
  container: string

  @description('Key of one of the custom roles.')
  role: 'readBlobs' | 'createBlobs' | 'keepBlobs' | 'archiveBlobs'
}

@description('Name of the account.')
param accountName string

@description('The rows for this account.')
param grants blobGrant[]

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-08-01' existing = [
  for grant in grants: {
    name: '${accountName}/default/${grant.container}'
  }
]

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (grant, i) in grants: {
    scope: containers[i]
    name: guid(containers[i].id, grant.who, grant.role)
    properties: {
      roleDefinitionId: subscriptionResourceId(
        'Microsoft.Authorization/roleDefinitions',
        guid(resourceGroup().id, grant.role)
      )
      principalId: grant.principalId
      principalType: 'ServicePrincipal'
    }
  }
]
